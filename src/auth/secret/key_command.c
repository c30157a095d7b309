/*
 * The command has a process group of its own, and no signal blocked or handled.
 */
#include "auth/secret/key_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "portability/instr_time.h"

#define TIMEOUT_MILLISECONDS 10000
#define PAUSE_MICROSECONDS 10000 /* between two looks whether it has ended */

static void
RunShell(const char *command, int out)
{
	static const int handled[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGALRM,
		                           SIGPIPE, SIGUSR1, SIGUSR2, SIGCHLD };
	sigset_t none;

	setpgid(0, 0);
	for (int i = 0; i < lengthof(handled); i++)
		signal(handled[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *) NULL);
	_exit(127);
}

static int
MillisecondsLeft(instr_time started)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, started);
	return Max(0, TIMEOUT_MILLISECONDS - (int) INSTR_TIME_GET_MILLISEC(now));
}

static char *
LateComplaint(void)
{
	return psprintf("the command has not ended within %d seconds", TIMEOUT_MILLISECONDS / 1000);
}

/* Reads to the end of what the command and its children write. */
static char *
ReadOutput(int in, instr_time started, char *data, int size, int *length)
{
	struct pollfd ready = { .fd = in, .events = POLLIN };
	ssize_t count = 1;

	while (count != 0)
	{
		int left = MillisecondsLeft(started);

		if (left == 0)
			return LateComplaint();
		if (*length == size)
			return psprintf("the command has written %d bytes or more", size);
		if (poll(&ready, 1, left) <= 0)
			continue;
		count = read(in, data + *length, size - *length);
		if (count < 0 && errno != EINTR)
			return psprintf("could not read what the command writes: %m");
		*length += Max(count, 0);
	}
	return NULL;
}

static char *
StatusComplaint(int status)
{
	if (WIFSIGNALED(status))
		return pstrdup("the command was ended by a signal");
	if (WEXITSTATUS(status) != 0)
		return psprintf("the command has ended with exit code %d", WEXITSTATUS(status));
	return NULL;
}

/* It may go on when it has closed its output. What has ended stays a zombie, whose group is its
 * own.
 */
static char *
AwaitEnd(pid_t command, instr_time started)
{
	for (;;)
	{
		siginfo_t ended = { 0 };

		if (waitid(P_PID, command, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 && errno != EINTR)
			return psprintf("could not await the command: %m");
		if (ended.si_pid == command)
			return NULL;
		if (MillisecondsLeft(started) == 0)
			return LateComplaint();
		pg_usleep(PAUSE_MICROSECONDS);
	}
}

static char *
FollowCommand(pid_t command, int in, char *data, int size, int *length)
{
	instr_time started;
	char *complaint;
	int status = 0;

	INSTR_TIME_SET_CURRENT(started);
	complaint = ReadOutput(in, started, data, size, length);
	if (complaint == NULL)
		complaint = AwaitEnd(command, started);
	if (complaint != NULL)
		kill(-command, SIGKILL);
	while (waitpid(command, &status, 0) < 0 && errno == EINTR)
		;
	return complaint != NULL ? complaint : StatusComplaint(status);
}

char *
KeyCommandRead(const char *command, char *data, int size, int *length)
{
	char *complaint;
	int ends[2];
	pid_t child;

	*length = 0;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return psprintf("could not make a pipe: %m");
	child = fork();
	if (child == 0)
		RunShell(command, ends[1]);
	close(ends[1]);
	if (child < 0)
		complaint = psprintf("could not start the command: %m");
	else
	{
		setpgid(child, child); /* before the child has done so itself */
		complaint = FollowCommand(child, ends[0], data, size, length);
	}
	close(ends[0]);
	return complaint;
}

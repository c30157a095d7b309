/*
 * The supervisor: it keeps as many HTTP workers running as the settings say, with
 * the settings of now, and the flusher beside them. So the API is turned on and
 * off, and changed, by a reload.
 *
 * It is the only process of the API that is registered when the server starts.
 * The others are dynamic background workers that the postmaster does not start
 * again by itself; it sends a signal when the state of one changes. Those that run
 * are known by shared memory (process.c), so that a supervisor which takes the
 * place of another finds them.
 *
 * Workers with old settings exit, and once the last of them has gone the first
 * with new ones starts: it must find the port free, as at the server's start.
 */
#include "http/process/supervisor.h"

#include "postgres.h"

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/timestamp.h"

#include "auth/secret/master_key_source.h"
#include "http/process/log_limit.h"
#include "http/process/process.h"
#include "http/process/shared.h"
#include "session/wait_event.h"
#include "session/worker_budget.h"

#define RESTART_SECONDS 1
#define RESTART_MILLISECONDS 1000 /* between two starts of one process, or attempts at it */

/* What the supervisor knows of a process that it has started itself. */
typedef struct Child
{
	BackgroundWorkerHandle *handle; /* NULL: it has ended, or another supervisor has started it */
	TimestampTz start_at;           /* not to be started before that */
} Child;

static Child children[HTTP_PROCESSES];

PGDLLEXPORT void dynamo_http_supervisor_main(Datum argument);

static bool
IsWanted(int number)
{
	if (http_port == 0)
		return false;
	return number == HTTP_FLUSHER || number < http_workers;
}

static BackgroundWorker
Registration(int number)
{
	BackgroundWorker registration = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_library_name = "dynamo",
		.bgw_main_arg = Int32GetDatum(number),
		.bgw_notify_pid = MyProcPid,
	};
	bool flusher = number == HTTP_FLUSHER;

	strlcpy(registration.bgw_function_name,
	        flusher ? "dynamo_http_flusher_main" : "dynamo_http_worker_main", BGW_MAXLEN);
	strlcpy(registration.bgw_type, flusher ? "dynamo flusher" : "dynamo http", BGW_MAXLEN);
	if (flusher)
		strlcpy(registration.bgw_name, registration.bgw_type, BGW_MAXLEN);
	else
		snprintf(registration.bgw_name, BGW_MAXLEN, "dynamo http %d", number + 1);
	return registration;
}

static void
LogNoRoom(const char *process)
{
	static LogLimit limit;
	int64 passed_over;

	if (LogIsDue(&limit, &passed_over))
		ereport(WARNING, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                  errmsg("no background worker is free for \"%s\"", process),
		                  errhint("Raise max_worker_processes, or lower dynamo.http_workers.")));
}

static void
StartProcess(int number)
{
	BackgroundWorker registration = Registration(number);
	Child *child = &children[number];

	if (number != HTTP_FLUSHER && number >= http_shared->slots_used)
		http_shared->slots_used = number + 1;
	if (!RegisterDynamicBackgroundWorker(&registration, &child->handle))
	{
		child->handle = NULL;
		LogNoRoom(registration.bgw_name);
	}
	child->start_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RESTART_MILLISECONDS);
}

/* Whether the process was started and has not ended; one that never started is forgotten. */
static bool
IsAlive(int number)
{
	Child *child = &children[number];
	pid_t pid;

	if (child->handle == NULL)
		return false;
	if (GetBackgroundWorkerPid(child->handle, &pid) != BGWH_STOPPED)
		return true;
	pfree(child->handle);
	child->handle = NULL;
	return false;
}

/* Whether a worker runs that was started with other settings than those of now. */
static bool
SettingsHaveChanged(void)
{
	uint32 now = HttpProcessSettings(0);
	uint32 settings;

	for (int i = 0; i < HTTP_MAX_WORKERS; i++)
	{
		if (HttpProcessRuns(i, &settings) && settings != now)
			return true;
	}
	return false;
}

/* Stops the workers that are too many, or all. */
static void
StopWorkers(bool all)
{
	uint32 settings;

	for (int i = 0; i < HTTP_MAX_WORKERS; i++)
	{
		if (HttpProcessRuns(i, &settings) && (all || !IsWanted(i)))
			HttpProcessStop(i);
	}
}

/* Whether a worker runs, or is about to. */
static bool
WorkersExist(void)
{
	uint32 settings;

	for (int i = 0; i < HTTP_MAX_WORKERS; i++)
	{
		if (HttpProcessRuns(i, &settings) || IsAlive(i))
			return true;
	}
	return false;
}

/*
 * Starts the process where that is to be now. Milliseconds until there is to be
 * another look; -1: it is started, or not wanted.
 */
static long
Keep(int number)
{
	uint32 settings;
	long pause;

	if (!IsWanted(number) || IsAlive(number) || HttpProcessRuns(number, &settings))
		return -1;
	pause = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), children[number].start_at);
	if (pause > 0)
		return pause;
	StartProcess(number);
	return children[number].handle != NULL ? -1 : RESTART_MILLISECONDS;
}

static long
Sooner(long one, long other)
{
	return one < 0 || (other >= 0 && other < one) ? other : one;
}

static void
StopFlusher(void)
{
	uint32 settings;

	if (HttpProcessRuns(HTTP_FLUSHER, &settings))
		HttpProcessStop(HTTP_FLUSHER);
}

/* Whether another server has our port is looked at again when we have given it up. */
static void
GiveUpPort(void)
{
	LWLockAcquire(http_shared->lock, LW_EXCLUSIVE);
	http_shared->port_claimed = false;
	LWLockRelease(http_shared->lock);
}

/* Says in the log, once, that the API takes requests of which it is not known who sends them. */
static void
TellAuthentication(void)
{
	static int told = AUTHENTICATION_REQUIRED;

	if (http_port == 0 || http_authentication == told)
		return;
	told = http_authentication;
	if (HttpAuthenticationIsOff())
		ereport(LOG, (errmsg("dynamo does not check who sends HTTP requests, since "
		                     "dynamo.authentication is off"),
		              errdetail("Every user of this machine acts as \"%s\".", http_role)));
	else if (!HttpAuthenticationIsRequired())
		ereport(LOG, (errmsg("dynamo lets through HTTP requests that are not signed, since "
		                     "dynamo.authentication is \"warn\""),
		              errdetail("They run as \"%s\".", http_role)));
}

/* Milliseconds until it is to be called again; -1: when something has happened. */
static long
Supervise(void)
{
	static bool changing = false; /* until all workers of before have gone */
	long pause = Keep(HTTP_FLUSHER);

	TellAuthentication();
	changing = changing || SettingsHaveChanged();
	StopWorkers(changing);
	if (!WorkersExist())
	{
		changing = false;
		GiveUpPort();
		if (!IsWanted(HTTP_FLUSHER))
			StopFlusher();
	}
	for (int i = 0; i < HTTP_MAX_WORKERS && !changing; i++)
		pause = Sooner(pause, Keep(i));
	return pause;
}

static void
Leave(int code, Datum argument)
{
	http_shared->supervisor = NULL;
}

static void
Start(void)
{
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGINT, SIG_IGN); /* there is nothing to cancel */
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	on_shmem_exit(Leave, (Datum) 0);
	http_shared->supervisor = MyLatch;
}

void
dynamo_http_supervisor_main(Datum argument)
{
	Start();
	MasterKeysReload(); /* before a worker needs them */
	while (!ShutdownRequestPending)
	{
		long pause = Supervise();
		int events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | (pause >= 0 ? WL_TIMEOUT : 0);

		WaitLatch(MyLatch, events, pause, WaitEventFor(WAIT_FOR_CHANGES));
		ResetLatch(MyLatch);
		if (HttpProcessInterrupts())
			MasterKeysReload();
	}
	/* Not 0, which would keep the postmaster from starting a terminated supervisor again. */
	proc_exit(1);
}

static int
CountSupervisor(void)
{
	return 1;
}

static int
CountFlusher(void)
{
	return http_port != 0 ? 1 : 0;
}

static int
CountWorkers(void)
{
	return http_port != 0 ? http_workers : 0;
}

void
SupervisorRegister(void)
{
	BackgroundWorker registration = {
		.bgw_name = "dynamo supervisor",
		.bgw_type = "dynamo supervisor",
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = RESTART_SECONDS,
		.bgw_library_name = "dynamo",
		.bgw_function_name = "dynamo_http_supervisor_main",
	};

	RegisterBackgroundWorker(&registration);
	WorkerBudgetAdd(WORKERS_ALWAYS, CountSupervisor);
	WorkerBudgetAdd(WORKERS_FLUSHER, CountFlusher);
	WorkerBudgetAdd(WORKERS_HTTP, CountWorkers);
}

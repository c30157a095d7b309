/*
 * A file that has grown too large or old is renamed: a time is added to its name. Others may rename
 * it too, as logrotate does: what has the name now is looked at before each write.
 *
 * The file belongs to the server's user alone.
 */
#include "auth/audit/audit_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/file_perm.h"
#include "pgtime.h"
#include "storage/fd.h"

#include "auth/audit/audit_settings.h"

#define RETRY_SECONDS 60
#define MAX_SAME_SECOND 100 /* files that get their names in one second */

typedef struct AuditFile
{
	int fd; /* -1: closed */
	char path[MAXPGPATH];
	dev_t device;
	ino_t inode;
	off_t size;
	time_t begun;     /* when it was made */
	time_t rotate_at; /* not before: renaming it has failed */
} AuditFile;

static AuditFile file = { .fd = -1 };

void
AuditFileClose(void)
{
	if (file.fd >= 0)
		close(file.fd);
	file.fd = -1;
}

/* The directory of the server's own log need not be there. */
static void
MakeDirectory(const char *path)
{
	char directory[MAXPGPATH];
	char *slash;

	strlcpy(directory, path, sizeof(directory));
	slash = strrchr(directory, '/');
	if (slash == NULL || slash == directory)
		return;
	*slash = '\0';
	(void) mkdir(directory, S_IRWXU); /* where it cannot be made, opening the file says why */
}

/* A line that was cut by a full disk, or a crash, is to have its own line. */
static void
EndLastLine(void)
{
	char last;

	if (file.size > 0 && pread(file.fd, &last, 1, file.size - 1) == 1 && last != '\n' &&
	    write(file.fd, "\n", 1) == 1)
		file.size++;
}

static time_t
TimeMade(int fd)
{
	struct statx status;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) == 0 &&
	    (status.stx_mask & STATX_BTIME) != 0)
		return status.stx_btime.tv_sec;
	return time(NULL); /* file systems that do not know: since it was opened */
}

/* 0 or an errno. A pipe or device would let us wait for ever. */
static int
Open(void)
{
	struct stat status;

	MakeDirectory(audit_file);
	file.fd =
	    open(audit_file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, S_IRUSR | S_IWUSR);
	if (file.fd < 0)
		return errno;
	if (fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode))
	{
		AuditFileClose();
		return EINVAL;
	}
	strlcpy(file.path, audit_file, sizeof(file.path));
	file.device = status.st_dev;
	file.inode = status.st_ino;
	file.size = status.st_size;
	file.begun = TimeMade(file.fd);
	file.rotate_at = 0;
	EndLastLine();
	return 0;
}

/* Whether the open file is what has the name now. */
static bool
IsCurrent(void)
{
	struct stat status;

	return strcmp(file.path, audit_file) == 0 && stat(file.path, &status) == 0 &&
	       status.st_dev == file.device && status.st_ino == file.inode;
}

static bool
IsFull(int length)
{
	if (file.size == 0 || time(NULL) < file.rotate_at)
		return false;
	if (audit_rotation_size > 0 && file.size + length > audit_rotation_size * INT64CONST(1024))
		return true;
	return audit_rotation_age > 0 && time(NULL) - file.begun >= audit_rotation_age * 60;
}

/* The file's name of later, which no other has; false where there is none. */
static bool
ArchiveName(char name[MAXPGPATH])
{
	pg_time_t now = (pg_time_t) time(NULL);
	char when[32];

	pg_strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", pg_gmtime(&now));
	for (int i = 0; i < MAX_SAME_SECOND; i++)
	{
		if (snprintf(name, MAXPGPATH, "%s.%s.%02d", file.path, when, i) >= MAXPGPATH)
			return false;
		if (access(name, F_OK) != 0)
			return errno == ENOENT;
	}
	return false;
}

/* Where it cannot be renamed, it grows on: better than to lose lines. */
static void
Rotate(void)
{
	char name[MAXPGPATH];

	if (ArchiveName(name) && rename(file.path, name) == 0)
	{
		AuditFileClose();
		return;
	}
	ereport(LOG,
	        (errcode_for_file_access(), errmsg("dynamo could not rename \"%s\": %m", file.path)));
	file.rotate_at = time(NULL) + RETRY_SECONDS;
}

static int
MakeReady(int length)
{
	int failure = 0;

	if (file.fd >= 0 && !IsCurrent())
		AuditFileClose();
	if (file.fd < 0)
		failure = Open();
	if (failure != 0 || !IsFull(length))
		return failure;
	Rotate();
	return file.fd < 0 ? Open() : 0;
}

int
AuditFileAppend(const char *lines, int length, int *done)
{
	int failure = MakeReady(length);

	*done = 0;
	while (failure == 0 && *done < length)
	{
		ssize_t written = write(file.fd, lines + *done, length - *done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
		{
			failure = written == 0 ? ENOSPC : errno;
			AuditFileClose();
			break;
		}
		*done += written;
		file.size += written;
	}
	return failure;
}

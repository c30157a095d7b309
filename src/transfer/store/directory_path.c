/*
 * No path leads out of the directory: each part of a key is checked, and opened by openat() without
 * following symbolic links, also while other processes change the tree.
 */
#include "transfer/store/directory_path.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/guc.h"

#include "error/error.h"

#define DIRECTORY_MODE 0750
#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY)

static char *export_directory = "";

static bool
CheckDirectory(char **value, void **extra, GucSource source)
{
	if (**value == '\0' || is_absolute_path(*value))
		return true;
	GUC_check_errdetail("\"dynamo.export_directory\" must be an absolute path.");
	return false;
}

void
DirectoryPathInit(void)
{
	DefineCustomStringVariable(
	    "dynamo.export_directory",
	    "Directory whose directories are the buckets of exports and imports.",
	    "Empty: there is none.", &export_directory, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY,
	    CheckDirectory, NULL, NULL);
}

bool
DirectoryPathIsSet(void)
{
	return export_directory[0] != '\0';
}

void
RaiseFileError(const char *what, const char *name)
{
	int code = errno;

	if (code == EACCES || code == EPERM || code == EROFS || code == ELOOP || code == ENOTDIR)
		DynamoError(EXCEPTION_S3_ACCESS_DENIED, "could not %s \"%s\": %m", what, name);
	errno = code;
	ereport(ERROR, (errcode_for_file_access(), errmsg("could not %s \"%s\": %m", what, name)));
}

/* --- descriptors --- */

static void
CloseAtReset(void *state)
{
	StoreFileClose(state);
}

void
StoreFileClose(StoreFile *file)
{
	if (file->fd < 0)
		return;
	(void) close(file->fd);
	file->fd = -1;
	ReleaseExternalFD();
}

StoreFile *
StoreFileOpen(int directory, const char *name, int flags)
{
	StoreFile *file = palloc_object(StoreFile);

	file->fd = -1;
	file->at_reset.func = CloseAtReset;
	file->at_reset.arg = file;
	if (!AcquireExternalFD())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
		                errmsg("no file descriptor is free for an object store")));
	/* A pipe without another end must not hold the process up. */
	file->fd = openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	                  S_IRUSR | S_IWUSR);
	if (file->fd < 0)
	{
		int code = errno;

		ReleaseExternalFD();
		pfree(file);
		errno = code;
		return NULL;
	}
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &file->at_reset);
	return file;
}

/* --- the bucket --- */

/* What the server keeps there is not to be read or written by way of buckets. */
static void
CheckNotInDataDirectory(void)
{
	char directory[PATH_MAX];
	char data[PATH_MAX];

	if (realpath(export_directory, directory) == NULL || realpath(DataDir, data) == NULL)
		return; /* it cannot be opened either */
	if (path_is_prefix_of_path(data, directory) || path_is_prefix_of_path(directory, data))
		ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_S3_ACCESS_DENIED)),
		                errmsg("dynamo.export_directory must not be in the data directory, nor"
		                       " have it inside")));
}

/* The setting itself may be a symbolic link: its maker is the server's. */
static StoreFile *
OpenRoot(void)
{
	char path[MAXPGPATH];
	StoreFile *root;

	CheckNotInDataDirectory();
	snprintf(path, sizeof(path), "%s/.", export_directory);
	root = StoreFileOpen(AT_FDCWD, path, DIRECTORY_FLAGS);
	if (root == NULL)
		ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_S3_NO_SUCH_BUCKET)),
		                errmsg("could not open dynamo.export_directory: %m")));
	return root;
}

StoreFile *
StoreDirectoryOfBucket(const char *bucket)
{
	StoreFile *root = OpenRoot();
	StoreFile *directory = StoreFileOpen(root->fd, bucket, DIRECTORY_FLAGS);

	if (directory == NULL)
	{
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
			RaiseFileError("open the bucket", bucket);
		DynamoError(EXCEPTION_S3_NO_SUCH_BUCKET, "The specified bucket does not exist");
	}
	StoreFileClose(root);
	return directory;
}

/* --- keys --- */

static void
CheckPart(const char *key, const char *part, size_t length)
{
	bool wrong = length == 0 || length > NAME_MAX - strlen(UNFINISHED_PREFIX) ||
	             (part[0] == '.' && (length == 1 || (length == 2 && part[1] == '.'))) ||
	             strncmp(part, UNFINISHED_PREFIX, strlen(UNFINISHED_PREFIX)) == 0;

	if (wrong)
		DynamoError(EXCEPTION_S3_INVALID_NAME, "No file can have the name of the object \"%s\"",
		            key);
}

/* Makes it durable that the directory is there. */
static void
MakeDirectory(int parent, const char *name)
{
	StoreFile *made;

	if (mkdirat(parent, name, DIRECTORY_MODE) != 0)
	{
		if (errno == EEXIST)
			return;
		RaiseFileError("make the directory", name);
	}
	made = StoreFileOpen(parent, name, DIRECTORY_FLAGS);
	if (made == NULL || fchmod(made->fd, DIRECTORY_MODE) != 0 || pg_fsync(parent) != 0)
		RaiseFileError("make the directory", name);
	StoreFileClose(made);
}

static StoreFile *
OpenPart(int parent, const char *name, bool make)
{
	StoreFile *directory = StoreFileOpen(parent, name, DIRECTORY_FLAGS);

	if (directory == NULL && errno == ENOENT && make)
	{
		MakeDirectory(parent, name);
		directory = StoreFileOpen(parent, name, DIRECTORY_FLAGS);
	}
	if (directory == NULL && (make || (errno != ENOENT && errno != ENOTDIR)))
		RaiseFileError("open the directory", name);
	return directory;
}

static StoreFile *
DuplicateDirectory(int directory)
{
	return StoreFileOpen(directory, ".", DIRECTORY_FLAGS);
}

/* Before anything is made of it. */
static void
CheckParts(const char *key)
{
	const char *part = key;
	const char *end;

	while ((end = strchr(part, '/')) != NULL)
	{
		CheckPart(key, part, end - part);
		part = end + 1;
	}
	CheckPart(key, part, strlen(part));
}

StoreFile *
StoreDirectoryOfKey(int bucket, const char *key, bool make, const char **name)
{
	StoreFile *directory;
	const char *part = key;
	const char *end;

	CheckParts(key);
	directory = DuplicateDirectory(bucket);
	if (directory == NULL)
		RaiseFileError("open the directory of the bucket for", key);
	while ((end = strchr(part, '/')) != NULL)
	{
		StoreFile *parent = directory;

		directory = OpenPart(parent->fd, pnstrdup(part, end - part), make);
		StoreFileClose(parent);
		if (directory == NULL)
			return NULL;
		part = end + 1;
	}
	*name = part;
	return directory;
}

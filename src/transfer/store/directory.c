/*
 * The store that is a directory: a bucket is a directory under dynamo.export_directory, a key is a
 * path in it, an object a regular file.
 *
 * An object is written to a file beside it, whose name begins with UNFINISHED_PREFIX, made durable,
 * and then renamed, so that a reader sees whole objects alone; what a crash leaves is overwritten
 * by who writes the object again. Two that write one object at once would write one such file: the
 * second takes the first one's away, which then fails at its end.
 */
#include "transfer/store/store_backend.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"

#include "error/error.h"
#include "model/resource_name.h"
#include "transfer/store/directory_path.h"

#define FILE_MODE 0640
#define MAX_DEPTH 64 /* directories, of a listing */

void
DirectoryStoreInit(void)
{
	DirectoryPathInit();
}

bool
DirectoryStoreIsConfigured(void)
{
	return DirectoryPathIsSet();
}

/* The state of a store is the bucket's directory. */
static void *
Open(Store *store)
{
	if (store->owner != NULL && strcmp(store->owner, AccountId()) != 0)
		DynamoError(EXCEPTION_S3_ACCESS_DENIED, "Access Denied");
	return StoreDirectoryOfBucket(store->bucket);
}

static int
BucketOf(const Store *store)
{
	return ((const StoreFile *) store->state)->fd;
}

/* --- writing --- */

typedef struct DirectoryPut
{
	StoreFile *directory;
	StoreFile *file;
	char *name;
	char *unfinished;
} DirectoryPut;

static void *
PutBegin(Store *store, const char *key, const char *type)
{
	DirectoryPut *put = palloc0_object(DirectoryPut);
	const char *name;

	put->directory = StoreDirectoryOfKey(BucketOf(store), key, true, &name);
	put->name = pstrdup(name);
	put->unfinished = psprintf(UNFINISHED_PREFIX "%s", name);
	if (unlinkat(put->directory->fd, put->unfinished, 0) != 0 && errno != ENOENT)
		RaiseFileError("remove", put->unfinished);
	put->file = StoreFileOpen(put->directory->fd, put->unfinished, O_WRONLY | O_CREAT | O_EXCL);
	if (put->file == NULL || fchmod(put->file->fd, FILE_MODE) != 0)
		RaiseFileError("make the file", put->unfinished);
	return put;
}

static void
PutAppend(void *state, const char *data, size_t length)
{
	DirectoryPut *put = state;

	while (length > 0)
	{
		ssize_t written = write(put->file->fd, data, length);

		CHECK_FOR_INTERRUPTS();
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
		{
			if (written == 0)
				errno = ENOSPC;
			RaiseFileError("write the file", put->name);
		}
		data += written;
		length -= written;
	}
}

/* That no one has put another file into the place of the one that was written. */
static bool
IsStillThere(const DirectoryPut *put)
{
	struct stat written;
	struct stat there;

	return fstat(put->file->fd, &written) == 0 &&
	       fstatat(put->directory->fd, put->unfinished, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       written.st_dev == there.st_dev && written.st_ino == there.st_ino;
}

static void
PutFinish(void *state, StoreWritten *written)
{
	DirectoryPut *put = state;
	int directory = put->directory->fd;

	if (pg_fsync(put->file->fd) != 0)
		RaiseFileError("make durable the file", put->name);
	if (!IsStillThere(put))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
		                errmsg("the file \"%s\" is being written by another process", put->name)));
	if (renameat(directory, put->unfinished, directory, put->name) != 0)
		RaiseFileError("rename the file", put->name);
	if (pg_fsync(directory) != 0)
		RaiseFileError("make durable the directory of", put->name);
}

static void
PutAbort(void *state)
{
	DirectoryPut *put = state;

	if (IsStillThere(put))
		(void) unlinkat(put->directory->fd, put->unfinished, 0);
}

/* --- reading --- */

typedef struct DirectoryGet
{
	StoreFile *file;
	char *key;
} DirectoryGet;

pg_noreturn static void
RaiseNoSuchKey(const char *key)
{
	DynamoError(EXCEPTION_S3_NO_SUCH_KEY, "The specified key does not exist: %s", key);
}

/* Links that lead out of the directory are none, hard ones neither. */
static void
CheckRegular(int file, const char *key, int64 *size)
{
	struct stat status;

	if (fstat(file, &status) != 0)
		RaiseFileError("stat the file", key);
	if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
		DynamoError(EXCEPTION_S3_ACCESS_DENIED, "\"%s\" is not a regular file with one name", key);
	*size = status.st_size;
}

static void *
GetBegin(Store *store, const char *key, int64 offset, int64 *size)
{
	DirectoryGet *get = palloc0_object(DirectoryGet);
	const char *name;
	StoreFile *directory = StoreDirectoryOfKey(BucketOf(store), key, false, &name);

	if (directory == NULL)
		RaiseNoSuchKey(key);
	get->key = pstrdup(key);
	get->file = StoreFileOpen(directory->fd, name, O_RDONLY);
	if (get->file == NULL && errno == ENOENT)
		RaiseNoSuchKey(key);
	if (get->file == NULL)
		RaiseFileError("open the file", key);
	StoreFileClose(directory);
	CheckRegular(get->file->fd, key, size);
	if (lseek(get->file->fd, offset, SEEK_SET) != offset)
		RaiseFileError("seek in the file", key);
	return get;
}

static size_t
GetRead(void *state, char *buffer, size_t room)
{
	DirectoryGet *get = state;
	ssize_t length;

	do
	{
		CHECK_FOR_INTERRUPTS();
		length = read(get->file->fd, buffer, room);
	} while (length < 0 && errno == EINTR);
	if (length < 0)
		RaiseFileError("read the file", get->key);
	return length;
}

/* --- listing --- */

/* A file or directory; a directory's name ends with "/", so that names order as keys do. */
typedef struct Entry
{
	char *name;
	int64 size;
} Entry;

typedef struct Listing
{
	const char *prefix;
	const char *after;
	List *objects;
	MemoryContext result;
} Listing;

static int
CompareEntries(const ListCell *a, const ListCell *b)
{
	return strcmp(((const Entry *) lfirst(a))->name, ((const Entry *) lfirst(b))->name);
}

/* Whether keys that begin with `start` may begin with the prefix. */
static bool
MayHavePrefix(const Listing *listing, const char *start)
{
	size_t length = Min(strlen(start), strlen(listing->prefix));

	return strncmp(start, listing->prefix, length) == 0;
}

/* Whether all keys that begin with the directory's are before the page. */
static bool
IsPassed(const Listing *listing, const char *directory)
{
	return listing->after != NULL && strcmp(directory, listing->after) < 0 &&
	       strncmp(directory, listing->after, strlen(directory)) != 0;
}

/* What is in a directory, in no order. */
static List *
ReadNames(int directory)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	List *names = NIL;

	if (stream == NULL)
	{
		if (copy >= 0)
			(void) close(copy);
		RaiseFileError("read a directory of", "the bucket");
	}
	PG_TRY();
	{
		struct dirent *found;

		while ((found = readdir(stream)) != NULL)
		{
			CHECK_FOR_INTERRUPTS();
			if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0)
				names = lappend(names, pstrdup(found->d_name));
		}
	}
	PG_FINALLY();
	{
		(void) closedir(stream);
	}
	PG_END_TRY();
	return names;
}

/* Those that are objects, or may have some below them. */
static List *
ReadEntries(int directory)
{
	List *entries = NIL;
	ListCell *cell;

	foreach (cell, ReadNames(directory))
	{
		const char *name = lfirst(cell);
		struct stat status;
		Entry *entry;

		CHECK_FOR_INTERRUPTS();
		if (strncmp(name, UNFINISHED_PREFIX, strlen(UNFINISHED_PREFIX)) == 0 ||
		    fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
			continue;
		entry = palloc_object(Entry);
		entry->name = S_ISDIR(status.st_mode) ? psprintf("%s/", name) : pstrdup(name);
		entry->size = status.st_size;
		entries = lappend(entries, entry);
	}
	list_sort(entries, CompareEntries);
	return entries;
}

static void
AddObject(Listing *listing, const char *key, int64 size)
{
	MemoryContext caller;
	StoreObject *object;

	if (!MayHavePrefix(listing, key) || strlen(key) < strlen(listing->prefix) ||
	    !StoreKeyIsText(key) || (listing->after != NULL && strcmp(key, listing->after) <= 0))
		return;
	caller = MemoryContextSwitchTo(listing->result);
	object = palloc_object(StoreObject);
	*object = (StoreObject){ pstrdup(key), size };
	listing->objects = lappend(listing->objects, object);
	MemoryContextSwitchTo(caller);
}

static void
ListDirectory(Listing *listing, int directory, const char *path, int depth)
{
	ListCell *cell;

	if (depth > MAX_DEPTH)
		return;
	foreach (cell, ReadEntries(directory))
	{
		const Entry *entry = lfirst(cell);
		char *key = psprintf("%s%s", path, entry->name);
		size_t length = strlen(entry->name);

		if (list_length(listing->objects) >= STORE_PAGE)
			break;
		if (entry->name[length - 1] != '/')
			AddObject(listing, key, entry->size);
		else if (MayHavePrefix(listing, key) && !IsPassed(listing, key))
		{
			StoreFile *below =
			    StoreFileOpen(directory, pnstrdup(entry->name, length - 1), O_RDONLY | O_DIRECTORY);

			if (below == NULL)
				continue; /* gone, or not the server's to read */
			ListDirectory(listing, below->fd, key, depth + 1);
			StoreFileClose(below);
		}
	}
}

static List *
ListPage(Store *store, const char *prefix, const char *after)
{
	Listing listing = { .prefix = prefix, .after = after, .result = CurrentMemoryContext };
	MemoryContext context =
	    AllocSetContextCreate(store->context, "dynamo list of objects", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	StoreFile *copy = StoreFileOpen(BucketOf(store), ".", O_RDONLY | O_DIRECTORY);

	if (copy == NULL)
		RaiseFileError("read the bucket", store->bucket);
	ListDirectory(&listing, copy->fd, "", 0);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return listing.objects;
}

static void
Remove(Store *store, const char *key)
{
	MemoryContext context =
	    AllocSetContextCreate(store->context, "dynamo removed object", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	const char *name;
	StoreFile *directory = StoreDirectoryOfKey(BucketOf(store), key, false, &name);

	if (directory != NULL && unlinkat(directory->fd, name, 0) != 0 && errno != ENOENT)
		RaiseFileError("remove the file", key);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/* Follows no link: what is no directory is removed as it stands there. */
static void
RemoveBelow(int directory, int depth)
{
	ListCell *cell;

	foreach (cell, ReadNames(directory))
	{
		const char *name = lfirst(cell);
		StoreFile *below;

		CHECK_FOR_INTERRUPTS();
		if (unlinkat(directory, name, 0) == 0 || errno == ENOENT)
			continue;
		below = depth < MAX_DEPTH ? StoreFileOpen(directory, name, O_RDONLY | O_DIRECTORY) : NULL;
		if (below == NULL)
			RaiseFileError("remove the file", name);
		RemoveBelow(below->fd, depth + 1);
		StoreFileClose(below);
		if (unlinkat(directory, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
			RaiseFileError("remove the directory", name);
	}
}

static void
RemoveAll(Store *store, const char *start)
{
	MemoryContext context =
	    AllocSetContextCreate(store->context, "dynamo removed objects", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	char *key = pnstrdup(start, strlen(start) - 1);
	const char *name;
	StoreFile *parent = StoreDirectoryOfKey(BucketOf(store), key, false, &name);
	StoreFile *directory =
	    parent == NULL ? NULL : StoreFileOpen(parent->fd, name, O_RDONLY | O_DIRECTORY);

	if (directory != NULL)
		RemoveBelow(directory->fd, 0);
	else if (parent != NULL && errno != ENOENT)
		RaiseFileError("open the directory", key);
	if (directory != NULL && unlinkat(parent->fd, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
		RaiseFileError("remove the directory", key);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

const StoreBackend directory_backend = {
	.open = Open,
	.put_begin = PutBegin,
	.put_append = PutAppend,
	.put_finish = PutFinish,
	.put_abort = PutAbort,
	.get_begin = GetBegin,
	.get_read = GetRead,
	.list = ListPage,
	.remove = Remove,
	.remove_all = RemoveAll,
};

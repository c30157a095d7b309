/*
 * Directories and files below dynamo.export_directory, opened one part of a path after the other.
 */
#ifndef DYNAMO_DIRECTORY_PATH_H
#define DYNAMO_DIRECTORY_PATH_H

#include "postgres.h"

#include "compat.h"

/* A descriptor that is closed when the memory context is reset in which it was opened. */
typedef struct StoreFile
{
	int fd; /* -1: closed */
	MemoryContextCallback at_reset;
} StoreFile;

/*
 * Opens a file or directory of a directory, palloc'd. Follows no symbolic link. NULL, with errno,
 * where it cannot be opened; an error where no descriptor is free.
 */
extern StoreFile *StoreFileOpen(int directory, const char *name, int flags);
extern void StoreFileClose(StoreFile *file);

/* Names of files that are being written begin so; no key has a part that does. */
#define UNFINISHED_PREFIX ".dynamo-"

/*
 * Opens the directory that a key's last part lies in, from the bucket's on; `name` is that part,
 * which points into the key. Makes the directories that are missing where `make` says so; else NULL
 * where one is. Raises InvalidObjectName for a key that no file can have.
 */
extern StoreFile *StoreDirectoryOfKey(int bucket, const char *key, bool make, const char **name);

/* The bucket's directory. Raises S3NoSuchBucket. */
extern StoreFile *StoreDirectoryOfBucket(const char *bucket);

/* Raises the error of errno, on what has this name. */
pg_noreturn extern void RaiseFileError(const char *what, const char *name);

/* Defines dynamo.export_directory. */
extern void DirectoryPathInit(void);
extern bool DirectoryPathIsSet(void);

#endif

/*
 * Files that hold secrets, as PostgreSQL's own key files must be: a regular file of the server's
 * user that no one else can use, or root's that its group may read.
 */
#ifndef DYNAMO_PROTECTED_FILE_H
#define DYNAMO_PROTECTED_FILE_H

#include "postgres.h"

/*
 * Reads a whole file of at most `size` bytes, which is not in the data directory. NULL, or what is
 * wrong, palloc'd: "could not open file ...". The caller cleanses `data` in both cases.
 */
extern char *ProtectedFileRead(const char *path, char *data, int size, int *length);

#endif

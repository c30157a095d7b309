/*
 * The file of records, and the ones before it.
 */
#ifndef DYNAMO_AUDIT_FILE_H
#define DYNAMO_AUDIT_FILE_H

#include "postgres.h"

/*
 * Appends lines to dynamo.audit_file, in a file of that name as the settings of rotation say. 0, or
 * how many bytes were written before it failed is in *done, and errno is returned. Raises no error.
 */
extern int AuditFileAppend(const char *lines, int length, int *done);

/* Closes it; the next append opens it again. */
extern void AuditFileClose(void);

#endif

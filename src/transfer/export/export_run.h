/*
 * Making an export: the work of a worker.
 */
#ifndef DYNAMO_EXPORT_RUN_H
#define DYNAMO_EXPORT_RUN_H

#include "transfer/export/export_catalog.h"

/*
 * Writes the export and sets it COMPLETED, in a transaction that has no snapshot yet, whose commit
 * makes it so. Raises an error where that cannot be.
 */
extern void ExportRun(Export *export);

/* Sets an export FAILED by an error; one that has ended stays as it is. */
extern void ExportFail(int64 id, const ErrorData *error);

/* Raises insufficient_privilege unless the role owns the table, and row-level security does not
 * apply to it. */
extern void ExportCheckReader(Oid role, Oid relation);

#endif

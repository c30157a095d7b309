/*
 * Opening a table to change or drop it.
 */
#ifndef DYNAMO_TABLE_CHANGE_H
#define DYNAMO_TABLE_CHANGE_H

#include "compat.h"
#include "storage/relation/table.h"

/*
 * The table as it is now. Others that would change it wait until this
 * transaction ends. Where there is none, NULL if `missing_ok`, else
 * ResourceNotFoundException. Raises insufficient_privilege unless the current role owns it.
 */
extern Table *TableOpenToChange(Bytes name, bool missing_ok);

/* ResourceNotFoundException, as the operations on tables say it. */
pg_noreturn extern void RaiseTableNotFound(Bytes name);

/* The index that UpdateTable has created and that is not ACTIVE yet, or NULL. */
extern const TableIndex *IndexBeingBuilt(const Table *table);

/* ResourceInUseException. */
pg_noreturn extern void RaiseTableBeingUpdated(const Table *table);

/*
 * ResourceInUseException where the table is being deleted, and ResourceNotFoundException while it
 * is being restored, as in the service.
 */
extern void CheckTableLoaded(const Table *table);

/*
 * The same, and ResourceInUseException unless the table is ACTIVE. It is, again, as soon as a
 * new index is backfilling (developer guide, "Managing global secondary indexes").
 */
extern void CheckTableActive(const Table *table);

#endif

/*
 * Opening a table to change or drop it.
 */
#ifndef DYNAMO_TABLE_CHANGE_H
#define DYNAMO_TABLE_CHANGE_H

#include "storage/table.h"

/*
 * The table as it is now, or NULL. Others that would change it wait until this
 * transaction ends.
 */
extern Table *TableOpenToChange(Bytes name);

/* ResourceNotFoundException, as the operations on tables say it. */
extern void RaiseTableNotFound(Bytes name);

/* CREATING, UPDATING while an index is being built or dropped, ... */
extern ResourceStatus TableStatusNow(const Table *table);

/* ResourceInUseException unless the table is ACTIVE. */
extern void CheckTableActive(const Table *table);

#endif

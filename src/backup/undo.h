/*
 * Loading a table with what another was at a time.
 */
#ifndef DYNAMO_BACKUP_UNDO_H
#define DYNAMO_BACKUP_UNDO_H

#include "storage/relation/table.h"

/*
 * Loads `target`, which has as many partitions, with the items that the source had when the last
 * transaction up to `time` had committed, builds the indexes and makes the table ACTIVE, in one
 * transaction that has no snapshot yet. Raises object_not_in_prerequisite_state where the time
 * cannot be restored to.
 */
extern void UndoLoad(Table *source, TimestampTz time, Table *target);

#endif

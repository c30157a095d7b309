/*
 * What a table had at a time, and its changes since.
 */
#ifndef DYNAMO_PAST_TABLE_H
#define DYNAMO_PAST_TABLE_H

#include "backup/recovery_window.h"
#include "change/log/log_read.h"
#include "storage/relation/table.h"

#include "utils/rel.h"
#include "utils/snapshot.h"

typedef struct PastTable
{
	Table *source;
	RecoveryWindow window;
	Relation *leaves; /* locked by AccessShareLock until the transaction ends */
	Snapshot snapshot;
	TimestampTz seen; /* when it was taken */
	SequenceNumber end;
} PastTable;

/*
 * Takes a snapshot of the table, and waits until the log has all that it sees and all that was
 * committed, by its time, before the call. In a transaction that has no snapshot yet. Raises
 * object_not_in_prerequisite_state where the log does not reach back to `time`.
 */
extern PastTable *PastTableBegin(Table *source, TimestampTz time);
extern void PastTableEnd(PastTable *past);

/* About how many items the table has now. */
extern int64 PastTableEstimate(const PastTable *past);

/* Takes one item, which is good until it returns; in a context that is reset then. */
typedef void (*PastTableItem)(void *argument, int leaf, const Jsonb *item);

/*
 * Gives each item that the partition had when the last transaction up to `time` had committed, in
 * no order; `time` is not before the one that PastTableBegin was given.
 */
extern void PastTableRead(const PastTable *past, TimestampTz time, int leaf, PastTableItem emit,
                          void *argument);

/* The changes of a partition that were committed after `time`, and some before. */
extern LogCursor *PastTableOpenLog(const PastTable *past, int leaf, TimestampTz time);
/* Raises object_not_in_prerequisite_state where the log has lost some meanwhile. */
extern bool PastTableNextChange(const PastTable *past, LogCursor *cursor, LoggedChange *change);
/* The same where the change is one that has no items. */
extern void PastTableCheckChange(const PastTable *past, const LoggedChange *change);

#endif

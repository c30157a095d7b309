/*
 * Records of changes, as DynamoDB Streams has them (API reference, Streams, Record).
 */
#ifndef DYNAMO_CHANGE_RECORD_H
#define DYNAMO_CHANGE_RECORD_H

#include "change/decode/streamed_table.h"

#include "access/xlogdefs.h"
#include "lib/stringinfo.h"

/*
 * Where a change stands. Sequence numbers are decimal digits of fixed width: a digit for what is to
 * be an epoch, 20 for where the commit lies in WAL, 10 for the number in the transaction. They grow
 * in the order of commits, and are the same when a slot is read again, with any options.
 */
typedef struct ChangePlace
{
	XLogRecPtr commit;
	uint64 number;
	TimestampTz time; /* of the commit */
} ChangePlace;

typedef struct ChangeRecord
{
	const Jsonb *old_item; /* NULL: INSERT */
	const Jsonb *new_item; /* NULL: REMOVE; of the two one at least is there */
	bool by_service;       /* deleted by time to live */
} ChangeRecord;

/* Whether the two are one item to DynamoDB, which leaves no record then. */
extern bool ItemsAreEqual(const Jsonb *old_item, const Jsonb *new_item);

/* Whether the two have the same key. */
extern bool KeysAreEqual(const KeySchema *key, const Jsonb *old_item, const Jsonb *new_item);

/* Appends the record, JSON on one line. */
extern void ChangeRecordWrite(StringInfo out, const StreamedTable *table, const ChangePlace *place,
                              const ChangeRecord *record, bool plain);

/*
 * Appends what tells that all items, or where `partition` is not NULL those of that partition, have
 * been removed at once. There are no images of them.
 */
extern void TruncateRecordWrite(StringInfo out, const StreamedTable *table,
                                const ChangePlace *place, const char *partition);

#endif

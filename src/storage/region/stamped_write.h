/*
 * Stamps of writes to tables that have replicas, as the access method gives them: no write to such
 * a leaf goes by it. What does not concern such a leaf costs a look at its number of columns.
 *
 * An insert takes its stamp before it holds its key. Where a transaction that has deleted the key
 * committed between, the item would be older than its own tombstone, here alive and elsewhere dead.
 * So the insert is judged once it holds the key: one of an operation starts over, one of plain SQL
 * ends in a serialization failure.
 */
#ifndef DYNAMO_STAMPED_WRITE_H
#define DYNAMO_STAMPED_WRITE_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "storage/itemptr.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

#include "region/stamp.h"
#include "storage/index/item_key.h"

/* Registers what judges inserts before they are committed. */
extern void StampedWriteInit(void);

/* --- for the access method --- */

typedef struct StampedInsert
{
	bool stamped;
	uint64 hash; /* of the key */
	Stamp stamp;
} StampedInsert;

/* Puts a stamp into the row that is about to be inserted. */
extern StampedInsert StampInsert(Relation leaf, TupleTableSlot *slot);

/* After the row is in its leaf: it is judged before the transaction commits. */
extern void StampInserted(Relation leaf, const StampedInsert *insert, TupleTableSlot *slot);

/* The same of a speculative insert, which is judged by StampedInsertIsStale. */
extern void StampInsertedSpeculative(Relation leaf, const StampedInsert *insert);

/*
 * Whether the speculative insert that the leaf has had last, which holds its key now, must take
 * another stamp, since the key was deleted after it took its own.
 */
extern bool StampedInsertIsStale(Relation leaf, TupleTableSlot *slot);

/* The same as an error: 40001. */
extern void StampedInsertCheck(Relation leaf, TupleTableSlot *slot);

/* Puts a stamp into the new version of a row; false: the leaf has none. */
extern bool StampUpdate(Relation leaf, TupleTableSlot *slot);

/* After an update with new index entries, which may have given the row another key. */
extern void StampUpdated(Relation leaf, ItemPointer old, TupleTableSlot *slot);

typedef struct StampedDelete
{
	bool stamped;
	Oid table;
	uint64 hash;
	Stamp stamp;
	Jsonb *key; /* palloc'd */
} StampedDelete;

/* Before a row is deleted: tells logical decoding of its stamp. */
extern StampedDelete StampDelete(Relation leaf, ItemPointer tid);

/* After it was: adds the tombstone. */
extern void StampDeleted(StampedDelete *deletion);

/* --- for writers --- */

/*
 * Until StampGivenEnd, the item of this key is written with a stamp of another region. The caller
 * ends it, whatever happens.
 */
extern void StampGivenBegin(Oid table, const ItemKey *key, Stamp stamp);
extern void StampGivenEnd(void);

/* Until ended, deletions are time to live's (ExpiryStamp). The caller ends it, too. */
extern void StampExpiring(bool expiring);

/* The stamp of a row of a leaf; 0 where it has none. */
extern Stamp StampOfRow(Relation leaf, HeapTuple row);

#endif

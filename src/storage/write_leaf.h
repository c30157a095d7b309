/*
 * One leaf open for writing, and what a single attempt at a write does to it.
 */
#ifndef DYNAMO_WRITE_LEAF_H
#define DYNAMO_WRITE_LEAF_H

#include "access/tableam.h"
#include "utils/rel.h"

#include "compat.h"
#include "storage/item_key.h"
#include "storage/write.h"

typedef struct LeafWriter
{
	Table *table;
	const ItemKey *key;
	int leaf_number;
	Relation leaf;
	Relation key_index;
	TupleTableSlot *slot; /* the row being written */
	ScanKeyData columns[MAX_ITEM_KEY_COLUMNS];
	int column_count;
} LeafWriter;

/* A version of the item. */
typedef struct ItemVersion
{
	bool exists;
	bool contended; /* somebody has locked it or is changing it */
	ItemPointerData tid;
	Jsonb *item;   /* palloc'd; NULL where there is none */
	HeapTuple row; /* the whole row, where users have added columns; else NULL */
} ItemVersion;

extern void LeafWriterOpen(LeafWriter *writer, Table *table, const ItemKey *key);
extern void LeafWriterClose(LeafWriter *writer);

/*
 * The newest committed version, or the one that this transaction has written.
 * Raises TransactionConflictException where the transaction's snapshot is older.
 */
extern void FindNewestVersion(LeafWriter *writer, ItemVersion *version);

/* Each is false where another transaction came first: find the newest version again. */
extern bool LockVersion(LeafWriter *writer, ItemVersion *version);
extern bool InsertVersion(LeafWriter *writer, Jsonb *item);
extern bool UpdateVersion(LeafWriter *writer, const ItemVersion *version, Jsonb *item);
extern bool DeleteVersion(LeafWriter *writer, const ItemVersion *version);

/*
 * Adds the written row, which the slot holds, to the leaf's indexes. `old` is
 * the item before an update, NULL for an insert. An insert is speculative:
 * false where the key index holds another row of the key.
 */
extern bool InsertIndexEntries(LeafWriter *writer, const Jsonb *item, const Jsonb *old,
                               UpdateIndexes updates);

/* Raises TransactionConflictException. */
extern void TransactionConflict(void) pg_attribute_noreturn();

#endif

/*
 * One leaf open for writing, and what a single attempt at a write does to it.
 */
#ifndef DYNAMO_WRITE_LEAF_H
#define DYNAMO_WRITE_LEAF_H

#include "access/tableam.h"
#include "utils/rel.h"

#include "compat.h"
#include "storage/read/leaf_lookup.h"
#include "storage/write/write_decision.h"

typedef struct LeafWriter
{
	Table *table;
	const ItemKey *key;
	int leaf_number;
	LeafLookup lookup;
	Relation leaf;         /* the lookup's */
	Relation key_index;    /* NULL until LeafWriterKeyIndex */
	TupleTableSlot *slot;  /* the row being written */
	bool in_transaction;   /* one item of a transaction: nothing waits for other transactions */
	bool would_wait;       /* an attempt failed because it would have had to wait */
	TransactionId blocker; /* for this one; invalid where that is not known */
} LeafWriter;

/* A version of the item. */
typedef struct ItemVersion
{
	bool exists;
	bool contended;       /* another transaction has locked it or is changing it */
	bool locked;          /* by LockVersion */
	TransactionId holder; /* where contended; invalid where that is not known */
	ItemPointerData tid;
	Jsonb *item;   /* palloc'd; NULL where there is none */
	HeapTuple row; /* the whole row, where users have added columns; else NULL */
} ItemVersion;

extern void LeafWriterOpen(LeafWriter *writer, Table *table, const ItemKey *key,
                           bool in_transaction);
extern void LeafWriterClose(LeafWriter *writer);

/* The leaf's key index, open for writing: most updates do without. */
extern Relation LeafWriterKeyIndex(LeafWriter *writer);

/*
 * The newest committed version, or the one that this transaction has written.
 * Raises TransactionConflictException where the transaction's snapshot is older.
 */
extern void FindNewestVersion(LeafWriter *writer, ItemVersion *version);

/*
 * Each is false where another transaction came first: find the newest version
 * again. Each waits for a transaction that holds the item; in_transaction it is false
 * in place of that, and sets writer->would_wait and writer->blocker.
 */
extern bool LockVersion(LeafWriter *writer, ItemVersion *version);
extern bool InsertVersion(LeafWriter *writer, Jsonb *item);
extern bool UpdateVersion(LeafWriter *writer, const ItemVersion *version, Jsonb *item);
extern bool DeleteVersion(LeafWriter *writer, const ItemVersion *version);

/* Whether another transaction is creating the key now: writer->blocker. */
extern bool CreatorExists(LeafWriter *writer);

/* Keeps everybody else from creating the key, which has no item, to the transaction's end. */
extern bool ClaimAbsentKey(LeafWriter *writer);

/*
 * Adds the written row, which the slot holds, to the leaf's indexes. `old` is
 * the item before an update, NULL for an insert. An insert is speculative:
 * false where the key index holds another row of the key.
 */
extern bool InsertIndexEntries(LeafWriter *writer, const Jsonb *item, const Jsonb *old,
                               UpdateIndexes updates);

/* Of a row that was inserted, the key index's entry alone; false where it holds another row. */
extern bool InsertNewKeyEntry(LeafWriter *writer);

#endif

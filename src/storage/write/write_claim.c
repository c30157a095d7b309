/*
 * Holding a key that has no item.
 *
 * A transaction that has judged an item to be absent must stay right until it
 * commits. An absent item has no row to lock, so the transaction makes one, with
 * an entry in the key index, and deletes it again. No snapshot shows it; but
 * a transaction that creates the key, by an operation or by plain SQL, meets the entry in
 * the unique index and waits for the transaction, as for any other creator. So
 * only the transactions that need it pay for it.
 *
 * The row has a null for its item, which no one reads. Logical decoding gets
 * nothing of the insert, and a delete without an old row: test_decoding shows it as
 * "DELETE: (no-tuple-data)", pgoutput sends nothing.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "internals.h"
#include "storage/write/write_leaf.h"

static void
InsertPlaceholder(LeafWriter *writer)
{
	TupleTableSlot *slot = writer->slot;

	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, RelationGetDescr(writer->leaf)->natts * sizeof(bool));
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(writer->leaf);
	table_tuple_insert(writer->leaf, slot, GetCurrentCommandId(true), HEAP_INSERT_NO_LOGICAL, NULL);
}

/* The row's old image would be logged by the relation's replica identity. */
static void
DeletePlaceholder(LeafWriter *writer)
{
	char identity;
	TM_FailureData failure;
	volatile TM_Result result = TM_Ok;

	CommandCounterIncrement();
	identity = RelationSetReplicaIdentity(writer->leaf, REPLICA_IDENTITY_NOTHING);
	PG_TRY();
	{
		result = table_tuple_delete(writer->leaf, &writer->slot->tts_tid, GetCurrentCommandId(true),
		                            GetActiveSnapshot(), InvalidSnapshot, true, &failure, false);
	}
	PG_FINALLY();
	{
		(void) RelationSetReplicaIdentity(writer->leaf, identity);
	}
	PG_END_TRY();
	if (result != TM_Ok)
		elog(ERROR, "unexpected result %d of deleting a placeholder", result);
}

bool
ClaimAbsentKey(LeafWriter *writer)
{
	bool unique;

	InsertPlaceholder(writer);
	unique = InsertNewKeyEntry(writer);
	DeletePlaceholder(writer);
	CommandCounterIncrement();
	writer->would_wait = !unique && CreatorExists(writer);
	return unique;
}

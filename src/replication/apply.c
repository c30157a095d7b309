/*
 * See apply.h.
 */
#include "replication/apply.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "replication/pull_source.h"
#include "replication/worker_start.h"
#include "session/subtransaction.h"
#include "storage/query/own_query.h"
#include "storage/region/item_apply.h"
#include "storage/relation/table_owner.h"

#define MOST_PARKED 10000 /* of one table from one region */

typedef struct Batch
{
	Table *table;
	const List *rows;
} Batch;

static bool
IsChange(const PeerRow *row)
{
	return row->item != NULL &&
	       (strcmp(row->kind, PULL_PUT) == 0 || strcmp(row->kind, PULL_DELETE) == 0);
}

static bool
Deletes(const PeerRow *row)
{
	return strcmp(row->kind, PULL_DELETE) == 0;
}

/* The other server is not trusted to send what is an item. */
static void
CheckItem(const Jsonb *item)
{
	AttributeValue map;

	StoredItemRead(item, &map);
	(void) ItemRulesCheck(&map);
}

static ItemKey
KeyOf(const Table *table, const PeerRow *row)
{
	if (!JB_ROOT_IS_OBJECT(row->item))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a change is of no item")));
	return StoredItemKey(table, row->item);
}

static void
ApplyRow(Table *table, const PeerRow *row)
{
	ItemKey key = KeyOf(table, row);

	if (!Deletes(row))
		CheckItem(row->item);
	(void) ItemApply(table, &key, Deletes(row) ? NULL : row->item, row->stamp);
}

typedef struct OrderedRow
{
	uint64 hash; /* of the key */
	const PeerRow *row;
} OrderedRow;

static int
CompareRows(const void *one, const void *other)
{
	const OrderedRow *first = one;
	const OrderedRow *second = other;

	if (first->hash != second->hash)
		return first->hash < second->hash ? -1 : 1;
	if (first->row->stamp == second->row->stamp)
		return 0;
	return first->row->stamp > second->row->stamp ? -1 : 1;
}

/*
 * In the order of their keys, so that the workers of two regions do not wait for each other, and of
 * one key the latest first, which leaves nothing to do for the others. palloc'd.
 */
static OrderedRow *
Order(const Table *table, const List *rows, int *count)
{
	OrderedRow *ordered = palloc_array(OrderedRow, list_length(rows) + 1);
	ListCell *cell;

	*count = 0;
	foreach (cell, rows)
	{
		const PeerRow *row = lfirst(cell);
		ItemKey key;

		if (!IsChange(row))
			continue;
		key = KeyOf(table, row);
		ordered[(*count)++] = (OrderedRow){ ItemKeyHash(&key, 0), row };
	}
	qsort(ordered, *count, sizeof(OrderedRow), CompareRows);
	return ordered;
}

/* Triggers deferred to the commit would run with the worker's rights. */
static void
ApplyBatch(void *state)
{
	Batch *batch = state;
	int count;
	OrderedRow *ordered = Order(batch->table, batch->rows, &count);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo applied change",
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	CallerRole role;

	AfterTriggerSetState(makeNode(ConstraintsSetStmt));
	role = BecomeTableOwner(batch->table);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		ApplyRow(batch->table, ordered[i].row);
		MemoryContextReset(context);
	}
	ReturnToCaller(&role);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	pfree(ordered);
}

/* What another transaction, or the server, has caused may pass; what the table refuses stays. */
static bool
MayPass(const ErrorData *error)
{
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_INTERNAL_ERROR:
			return true;
		default:
			return ErrorIsTransactionConflict(error);
	}
}

/* --- parking --- */

static void
ReadCount(HeapTuple row, TupleDesc columns, void *state)
{
	bool null;

	*(int64 *) state = DatumGetInt64(heap_getattr(row, 1, columns, &null));
}

static void
CheckRoom(const Peer *peer, Oid relation)
{
	OwnQuery query = { 0 };
	int64 count = 0;

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(peer->region->number));
	(void) OwnQueryRun("SELECT pg_catalog.count(*) FROM dynamo.parked_change"
	                   " WHERE relation = $1 AND region = $2",
	                   &query, ReadCount, &count);
	if (count >= MOST_PARKED)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		                errmsg("more than %d changes of region \"%s\" are refused", MOST_PARKED,
		                       peer->region->name),
		                errhint("dynamo.parked_changes says why.")));
}

static void
Park(const Peer *peer, const Table *table, const PeerRow *row, const char *error)
{
	OwnQuery query = { 0 };

	CheckRoom(peer, table->relation);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(table->relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(peer->region->number));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(row->stamp));
	OwnQueryAdd(&query, JSONBOID, JsonbPGetDatum(row->item));
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(Deletes(row)));
	OwnQueryAddCString(&query, error);
	(void) OwnQueryRun(
	    "INSERT INTO dynamo.parked_change (relation, region, stamp, item, deletes, error, parked,"
	    " tried) VALUES ($1, $2, $3, $4, $5, $6, pg_catalog.now(), pg_catalog.now())"
	    " ON CONFLICT (relation, region, stamp) DO UPDATE SET error = excluded.error,"
	    " tried = excluded.tried",
	    &query, NULL, NULL);
}

/* --- rows --- */

static bool
ApplyOneByOne(const Peer *peer, Table *table, const List *rows, char **error)
{
	ListCell *cell;

	foreach (cell, rows)
	{
		Batch batch = { .table = table, .rows = list_make1(lfirst(cell)) };
		ErrorData *fault = SubtransactionTry(ApplyBatch, &batch);

		if (fault == NULL)
			continue;
		if (MayPass(fault))
		{
			*error = fault->message;
			return false;
		}
		Park(peer, table, lfirst(cell), fault->message);
	}
	return true;
}

/* A clock that is far ahead would take those of all regions with it, and stay there. */
static bool
StampsAreNear(const Peer *peer, const List *rows, Replica *replica, char **error)
{
	Tick limit = GetCurrentTimestamp() + region_max_lead * USECS_PER_SEC;
	ListCell *cell;

	foreach (cell, rows)
	{
		const PeerRow *row = lfirst(cell);

		if (!IsChange(row))
			continue;
		if (row->stamp < 0 || StampTick(row->stamp) > limit)
		{
			*error = psprintf("the clock of region \"%s\" is ahead by more than"
			                  " dynamo.region_max_lead",
			                  peer->region->name);
			return false;
		}
		replica->applied++;
		replica->applied_stamp = Max(replica->applied_stamp, row->stamp);
	}
	return true;
}

bool
ApplyRows(const Peer *peer, Table *table, const List *rows, Replica *replica, char **error)
{
	Batch batch = { .table = table, .rows = rows };
	ErrorData *fault;

	if (!StampsAreNear(peer, rows, replica, error))
		return false;
	fault = SubtransactionTry(ApplyBatch, &batch);
	if (fault == NULL)
		return true;
	if (MayPass(fault))
	{
		*error = fault->message;
		return false;
	}
	return ApplyOneByOne(peer, table, rows, error);
}

/* --- what is parked --- */

typedef struct ParkedRow
{
	Oid relation;
	PeerRow row;
} ParkedRow;

static void
ReadParked(HeapTuple tuple, TupleDesc columns, void *state)
{
	List **parked = state;
	ParkedRow *row = palloc0_object(ParkedRow);
	bool null;
	bool deletes = DatumGetBool(heap_getattr(tuple, 4, columns, &null));

	row->relation = DatumGetObjectId(heap_getattr(tuple, 1, columns, &null));
	row->row.kind = pstrdup(deletes ? PULL_DELETE : PULL_PUT);
	row->row.stamp = DatumGetInt64(heap_getattr(tuple, 2, columns, &null));
	row->row.item = DatumGetJsonbPCopy(heap_getattr(tuple, 3, columns, &null));
	*parked = lappend(*parked, row);
}

static void
Unpark(const Peer *peer, const ParkedRow *parked)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(parked->relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(peer->region->number));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(parked->row.stamp));
	(void) OwnQueryRun("DELETE FROM dynamo.parked_change"
	                   " WHERE relation = $1 AND region = $2 AND stamp = $3",
	                   &query, NULL, NULL);
}

static void
TryParked(const Peer *peer, ParkedRow *parked)
{
	Batch batch = { .table = TableOpenRelation(parked->relation),
		            .rows = list_make1(&parked->row) };
	ErrorData *fault;

	if (batch.table == NULL)
		return;
	fault = SubtransactionTry(ApplyBatch, &batch);
	if (fault == NULL)
		Unpark(peer, parked);
	else
		Park(peer, batch.table, &parked->row, fault->message);
}

void
ApplyParked(const Peer *peer)
{
	OwnQuery query = { 0 };
	List *parked = NIL;
	ListCell *cell;

	OwnQueryAdd(&query, INT4OID, Int32GetDatum(peer->region->number));
	(void) OwnQueryRun("SELECT relation, stamp, item, deletes FROM dynamo.parked_change"
	                   " WHERE region = $1 ORDER BY tried LIMIT 100",
	                   &query, ReadParked, &parked);
	foreach (cell, parked)
		TryParked(peer, lfirst(cell));
}

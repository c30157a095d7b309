/*
 * dynamo.put_items: puts the items of a query's rows, or of an array, by the rules of PutItem, with
 * the table opened and the privileges checked once.
 *
 * The query runs as the caller and does not see what is put: its rows are as of when it began.
 */
#include "operation/operation.h"

#include "item/encoding.h"
#include "item/item_rules.h"
#include "operation/access/row_call.h"
#include "operation/access/table_access.h"
#include "operation/throughput/throttle.h"
#include "storage/index/index_entry.h"
#include "storage/write/write.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/portal.h"

#define ROWS_AT_A_TIME 100

typedef struct ItemsPut
{
	Bytes name;
	char *query; /* or, where it is NULL: */
	ArrayType *array;
	TableAccess access;
	ConsumedCapacity capacity; /* of the item that is put */
	Jsonb *item;
	int64 count;
	MemoryContext item_context; /* reset for each item */
} ItemsPut;

static WriteAction
Decide(void *state, const Jsonb *current, Jsonb **replacement)
{
	ItemsPut *put = state;

	ConsumedCapacityRestart(&put->capacity);
	ConsumedCapacityAddWrite(&put->capacity, current, put->item);
	ThrottleCheckIndexes(&put->capacity);
	*replacement = put->item;
	return WRITE_PUT;
}

static void
PutItem(ItemsPut *put, const Jsonb *item)
{
	Table *table = put->access.table;
	AttributeValue map;
	ItemKey key;

	StoredItemRead(item, &map);
	ItemSizeCheck(&map);
	LocalEntriesCheck(table, &map, TableCheckItem(table, &map));
	key = AccessKey(&put->access, &map);
	put->item = ItemEncode(&map);
	put->capacity = ConsumedCapacityStart(CAPACITY_NONE, put->name, table, CONSUMPTION_WRITE);
	put->capacity.key = &key;
	ThrottleCheck(&put->capacity, NULL);
	ItemWrite(table, &key, Decide, put);
	ThrottleSettle(&put->capacity, 1);
	put->count++;
}

static void
PutDatum(ItemsPut *put, Datum item, bool null)
{
	MemoryContext caller = MemoryContextSwitchTo(put->item_context);

	if (null)
		ereport(ERROR,
		        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an item must not be null")));
	CHECK_FOR_INTERRUPTS();
	PutItem(put, DatumGetJsonbP(item));
	AccessForgetItem(&put->access);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(put->item_context);
}

/* --- a query's rows --- */

/* The portal is pinned: a trigger of the table may say CLOSE ALL. */
static Portal
OpenQuery(const char *query)
{
	SPIPlanPtr plan = SPI_prepare(query, 0, NULL);
	Portal portal;

	if (plan == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("dynamo.put_items() needs one query that returns rows"),
		                errhint("Give it a SELECT of one column of type jsonb, an item each.")));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, false);
	PinPortal(portal);
	if (portal->tupDesc->natts != 1 || TupleDescAttr(portal->tupDesc, 0)->atttypid != JSONBOID)
		ereport(ERROR,
		        (errcode(ERRCODE_DATATYPE_MISMATCH),
		         errmsg("the query must return one column of type jsonb"),
		         errhint("Make items of rows by to_jsonb() or jsonb_build_object(), or of DynamoDB "
		                 "JSON by dynamo.to_item().")));
	return portal;
}

static void
PutRows(ItemsPut *put, Portal portal)
{
	uint64 count;

	do
	{
		SPITupleTable *rows;

		SPI_cursor_fetch(portal, true, ROWS_AT_A_TIME);
		rows = SPI_tuptable;
		count = SPI_processed;
		for (uint64 i = 0; i < count; i++)
		{
			bool null;
			Datum item = SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &null);

			PutDatum(put, item, null);
		}
		SPI_freetuptable(rows);
	} while (count > 0);
}

static void
PutQuery(ItemsPut *put)
{
	Portal portal;

	SPI_connect();
	portal = OpenQuery(put->query);
	PutRows(put, portal);
	UnpinPortal(portal);
	SPI_cursor_close(portal);
	SPI_finish();
}

static void
PutArray(ItemsPut *put)
{
	ArrayIterator iterator = array_create_iterator(put->array, 0, NULL);
	Datum item;
	bool null;

	while (array_iterate(iterator, &item, &null))
		PutDatum(put, item, null);
	array_free_iterator(iterator);
}

/* --- the calls --- */

static void
Run(const OperationContext *context, void *state)
{
	AccessRequest wanted = { .required = ACL_INSERT | ACL_UPDATE, .shows = SHOWS_NAMED };
	ItemsPut *put = state;

	put->access = AccessOpen(context, put->name, &wanted);
	if (put->query != NULL)
		PutQuery(put);
	else
		PutArray(put);
	/* Of what has no items nothing remains to be asked. */
	if (put->count == 0)
		AccessGiveUp(&put->access);
}

static Datum
PutItems(ItemsPut *put, const text *name)
{
	PreventCommandIfReadOnly("dynamo.put_items()");
	PreventCommandIfParallelMode("dynamo.put_items()");
	put->name = (Bytes){ VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name) };
	put->item_context =
	    AllocSetContextCreate(CurrentMemoryContext, "item to put", ALLOCSET_DEFAULT_SIZES);
	RowCallRun("put_items", "PutItem", Run, put);
	MemoryContextDelete(put->item_context);
	return Int64GetDatum(put->count);
}

PG_FUNCTION_INFO_V1(dynamo_put_items);

/* The table's name and the query; the number of items. */
Datum
dynamo_put_items(PG_FUNCTION_ARGS)
{
	ItemsPut put = { .query = text_to_cstring(PG_GETARG_TEXT_PP(1)) };

	return PutItems(&put, PG_GETARG_TEXT_PP(0));
}

PG_FUNCTION_INFO_V1(dynamo_put_items_of_array);

Datum
dynamo_put_items_of_array(PG_FUNCTION_ARGS)
{
	ItemsPut put = { .array = PG_GETARG_ARRAYTYPE_P(1) };

	return PutItems(&put, PG_GETARG_TEXT_PP(0));
}

/*
 * dynamo.list_store(): the objects of a bucket as rows.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "transfer/store/authorize.h"
#include "transfer/store/store.h"

#define COLUMNS 2

PG_FUNCTION_INFO_V1(dynamo_list_store);

static void
PutRow(ReturnSetInfo *result, const StoreObject *object)
{
	Datum values[COLUMNS] = { CStringGetTextDatum(object->key), Int64GetDatum(object->size) };
	bool nulls[COLUMNS] = { 0 };

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* A page at a time; `last` is its last key. */
static bool
PutPage(ReturnSetInfo *result, Store *store, const char *prefix, char last[STORE_MAX_KEY + 1])
{
	List *objects = StoreList(store, prefix, last[0] != '\0' ? last : NULL);
	ListCell *cell;

	foreach (cell, objects)
		PutRow(result, lfirst(cell));
	if (objects != NIL)
		strlcpy(last, ((const StoreObject *) llast(objects))->key, STORE_MAX_KEY + 1);
	return objects != NIL;
}

Datum
dynamo_list_store(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char *bucket = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));
	MemoryContext page = AllocSetContextCreate(CurrentMemoryContext, "dynamo page of objects",
	                                           ALLOCSET_DEFAULT_SIZES);
	char last[STORE_MAX_KEY + 1] = "";
	Store *store;
	bool more = true;

	InitMaterializedSRF(fcinfo, 0);
	StoreAuthorize(GetUserId(), BytesFromCString(bucket), BytesFromCString(prefix), STORE_READ);
	store = StoreOpen(BytesFromCString(bucket), (Bytes){ NULL, 0 });
	while (more)
	{
		MemoryContext caller = MemoryContextSwitchTo(page);

		more = PutPage(result, store, prefix, last);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(page);
	}
	StoreClose(store);
	MemoryContextDelete(page);
	PG_RETURN_NULL();
}

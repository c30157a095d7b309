/*
 * What is counted as rows, for the view dynamo.hot_keys.
 *
 * A key is a part of an item: its rows are for roles that may read the table, to which no
 * row-level security applies there, as changes are, and whose policies let them scan it whole.
 * Tables and indexes without insights have none, whatever has been counted before.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "metrics/hotkeys/hot_keys.h"
#include "operation/access/resource_access.h"
#include "operation/throughput/entry_keys.h"
#include "operation/throughput/table_settings.h"
#include "storage/stream/stream_access.h"
#include "text/unix_time.h"

#define COLUMNS 10

PG_FUNCTION_INFO_V1(dynamo_hot_key_counts);

static const char *const kind_names[] = {
	[HOT_KEY_PARTITION_ACCESSED] = "accessed partition",
	[HOT_KEY_ITEM_ACCESSED] = "accessed item",
	[HOT_KEY_PARTITION_THROTTLED] = "throttled partition",
	[HOT_KEY_ITEM_THROTTLED] = "throttled item",
};

/* A table or index whose rows are written. */
typedef struct Listed
{
	ReturnSetInfo *result;
	OperationContext context; /* of who asks */
	const Table *table;
	const TableIndex *index; /* NULL: the table itself */
	const KeySchema *key;
	int64 since; /* the first window that counts */
	int64 now;
	HotKeySnapshot *snapshot;
} Listed;

static Datum
TextOf(Bytes text)
{
	return PointerGetDatum(cstring_to_text_with_len(text.data, text.length));
}

static void
PutRow(const Listed *listed, HotKeyKind kind, const PastWindow *window, int rank)
{
	const KeyCount *count = &window->keys[rank];
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = { 0 };
	bool cut;
	Jsonb *key = EntryKeyToJsonb(&count->key, listed->key, &cut);
	int column = 0;

	if (key == NULL)
		return;
	values[column++] = TextOf(listed->table->definition.name);
	nulls[column] = listed->index == NULL;
	values[column++] = listed->index != NULL ? TextOf(listed->index->name) : (Datum) 0;
	values[column++] = TimestampTzGetDatum(HotKeyWindowStart(window->window));
	values[column++] = CStringGetTextDatum(kind_names[kind]);
	values[column++] = Int32GetDatum(rank + 1);
	values[column++] = JsonbPGetDatum(key);
	values[column++] = BoolGetDatum(cut);
	values[column++] = Int64GetDatum(count->count);
	values[column++] = Int64GetDatum(count->error);
	values[column++] = Int64GetDatum(window->total);
	tuplestore_putvalues(listed->result->setResult, listed->result->setDesc, values, nulls);
}

static void
PutWindow(const Listed *listed, int64 number)
{
	PastWindow *window = palloc(sizeof(PastWindow));

	for (int kind = 0; kind < HOT_KEY_KINDS; kind++)
	{
		if (!KeySketchRead(&listed->snapshot->sketches[kind], number, listed->now, window))
			continue;
		for (int rank = 0; rank < window->used; rank++)
			PutRow(listed, kind, window, rank);
	}
	pfree(window);
}

/* The index of this number, or NULL. */
static const TableIndex *
FindNumber(const Table *table, int number)
{
	const TableDefinition *definition = &table->definition;

	for (int i = 0; i < definition->index_count; i++)
	{
		if (definition->indexes[i].number == number && !definition->indexes[i].local)
			return &definition->indexes[i];
	}
	return NULL;
}

/* False where the source has no insights now. */
static bool
FindListed(Listed *listed, const Table *table, int number)
{
	const TableIndex *index = number != 0 ? FindNumber(table, number) : NULL;
	const ResourceInsights *insights;

	if (number != 0 && index == NULL)
		return false;
	insights = TableInsightsFind(&TableSettingsRead(&table->definition)->insights,
	                             index != NULL ? index->name : (Bytes){ NULL, 0 });
	if (insights == NULL || insights->mode == INSIGHTS_NONE)
		return false;
	listed->table = table;
	listed->index = index;
	listed->key = index != NULL ? &index->key : &table->definition.key;
	listed->since = HotKeyWindow(TimestampOfUnix(insights->enabled));
	return true;
}

static bool
MayRead(Oid relation)
{
	return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)) &&
	       ChangeAccessOf(relation) == CHANGES_READABLE;
}

static void
PutSource(Listed *listed, HotKeySource source)
{
	Table *table;

	if (!MayRead(source.relation))
		return;
	table = TableOpenRelation(source.relation);
	if (table == NULL)
		return;
	if (MayRead(source.relation) && WholeTableIsAllowed(&listed->context, "Scan", table) &&
	    FindListed(listed, table, source.index) && HotKeysRead(source, listed->snapshot))
	{
		for (int64 number = Max(listed->now - SKETCH_WINDOWS + 1, listed->since);
		     number <= listed->now; number++)
			PutWindow(listed, number);
	}
	TableRelease(table);
}

Datum
dynamo_hot_key_counts(PG_FUNCTION_ARGS)
{
	Listed listed = { .result = (ReturnSetInfo *) fcinfo->resultinfo,
		              .context = OperationContextOfSession(),
		              .now = HotKeyWindow(GetCurrentTimestamp()),
		              .snapshot = palloc(sizeof(HotKeySnapshot)) };
	MemoryContext work =
	    AllocSetContextCreate(CurrentMemoryContext, "hot keys", ALLOCSET_DEFAULT_SIZES);
	HotKeySource *sources;
	int count;

	InitMaterializedSRF(fcinfo, 0);
	sources = HotKeySources(&count);
	for (int i = 0; i < count; i++)
	{
		MemoryContext caller = MemoryContextSwitchTo(work);

		CHECK_FOR_INTERRUPTS();
		PutSource(&listed, sources[i]);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(work);
	}
	MemoryContextDelete(work);
	PG_RETURN_NULL();
}

/*
 * The checks as functions of SQL.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "error/error.h"
#include "storage/check/item_check.h"
#include "storage/check/table_state.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/storage.h"

PG_FUNCTION_INFO_V1(dynamo_check_table);
PG_FUNCTION_INFO_V1(dynamo_table_states);

enum
{
	FINDING_OBJECT,
	FINDING_TEXT,
	FINDING_HINT,
	FINDING_COLUMNS
};

enum
{
	STATE_NAME,
	STATE_RELATION,
	STATE_LEAVES,
	STATE_STATUS,
	STATE_ITEMS,
	STATE_SIZE,
	STATE_INDEXES,
	STATE_BROKEN,
	STATE_COLUMNS
};

static void
PutFinding(ReturnSetInfo *result, const Finding *finding)
{
	Datum values[FINDING_COLUMNS];
	bool nulls[FINDING_COLUMNS] = { false };

	values[FINDING_OBJECT] = CStringGetTextDatum(finding->object);
	values[FINDING_TEXT] = CStringGetTextDatum(finding->text);
	nulls[FINDING_HINT] = finding->hint == NULL;
	values[FINDING_HINT] = finding->hint != NULL ? CStringGetTextDatum(finding->hint) : (Datum) 0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* What the step needs, and what it finds out. */
typedef struct TableCheck
{
	Bytes name;
	bool items;
	bool found;
	CatalogRow row;
	Findings findings;
} TableCheck;

static void
FindRow(void *state)
{
	TableCheck *check = state;

	check->found = CatalogRead(check->name, &check->row);
}

static void
CheckCatalogs(void *state)
{
	TableCheck *check = state;
	CheckedTable checked;

	CheckedTableInit(&checked, &check->row, &check->findings);
	CatalogCheck(&checked);
}

/* Not in a subtransaction: each leaf and index has its own. */
static void
CheckContents(TableCheck *check)
{
	CheckedTable checked;

	CheckedTableInit(&checked, &check->row, &check->findings);
	ItemsCheck(&checked);
	IndexContentsCheck(&checked);
}

/* Of a table that is gone nothing is told but that. */
static void
CheckOwner(const TableCheck *check)
{
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(check->row.relation)))
		CheckRelationOwner(check->row.relation);
}

static void
RunChecks(TableCheck *check)
{
	char *row = psprintf("row \"%.*s\" of dynamo.table_catalog", BYTES_ARGS(check->name));

	if (!FindingsAttempt(&check->findings, row, FindRow, check))
		return;
	if (!check->found)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_TABLE_NAMED, BYTES_ARGS(check->name));
	CheckOwner(check);
	if (FindingsAttempt(&check->findings, row, CheckCatalogs, check) && check->items)
		CheckContents(check);
}

/* check_table(table_name text, items boolean) returns setof record */
Datum
dynamo_check_table(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TableCheck check = { .name = BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(0))),
		                 .items = PG_GETARG_BOOL(1) };
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	FindingsInit(&check.findings);
	RunChecks(&check);
	foreach (cell, check.findings.list)
		PutFinding(result, lfirst(cell));
	PG_RETURN_NULL();
}

static Datum
TextsOf(const Findings *findings)
{
	int count = list_length(findings->list);
	Datum *texts = palloc_array(Datum, count);

	for (int i = 0; i < count; i++)
	{
		const Finding *finding = list_nth(findings->list, i);

		texts[i] = CStringGetTextDatum(psprintf("%s %s", finding->object, finding->text));
	}
	return PointerGetDatum(construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
PutState(ReturnSetInfo *result, Bytes name, const TableState *state, const Findings *findings)
{
	const CatalogRow *row = &state->row;
	Datum values[STATE_COLUMNS] = { 0 };
	bool nulls[STATE_COLUMNS];

	memset(nulls, !state->readable, sizeof(nulls));
	values[STATE_NAME] = PointerGetDatum(cstring_to_text_with_len(name.data, name.length));
	nulls[STATE_NAME] = false;
	if (state->readable)
	{
		values[STATE_RELATION] = ObjectIdGetDatum(row->relation);
		values[STATE_LEAVES] = OidsToArray(row->leaves, row->leaf_count);
		values[STATE_STATUS] = CStringGetTextDatum(ResourceStatusName(row->status));
	}
	values[STATE_ITEMS] = Int64GetDatum(state->items);
	nulls[STATE_ITEMS] = !state->items_known;
	values[STATE_SIZE] = Int64GetDatum(state->size);
	nulls[STATE_SIZE] = !state->size_known;
	values[STATE_INDEXES] = PointerGetDatum(state->indexes);
	nulls[STATE_INDEXES] = state->indexes == NULL;
	nulls[STATE_BROKEN] = findings->list == NIL;
	if (findings->list != NIL)
		values[STATE_BROKEN] = TextsOf(findings);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* A row that has gone since its name was read is left out. Returns the partitions looked at. */
static int
PutTable(ReturnSetInfo *result, Bytes name)
{
	TableState state;
	Findings findings;

	FindingsInit(&findings);
	TableStateRead(name, &state, &findings);
	if (state.readable || findings.list != NIL)
		PutState(result, name, &state, &findings);
	return state.readable ? state.row.leaf_count : 0;
}

/* table_states() returns setof record */
Datum
dynamo_table_states(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int partitions = 0; /* that PostgreSQL keeps in this session's memory */
	MemoryContext context;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo table states", ALLOCSET_DEFAULT_SIZES);
	foreach (cell, CatalogAllNames())
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		CHECK_FOR_INTERRUPTS();
		partitions += PutTable(result, *(const Bytes *) lfirst(cell));
		if (partitions >= max_cached_partitions)
		{
			InvalidateSystemCaches();
			partitions = 0;
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	PG_RETURN_NULL();
}

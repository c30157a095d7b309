/*
 * See table_state.h.
 */
#include "storage/check/table_state.h"

#include "utils/syscache.h"

#include "json/json.h"
#include "session/preload.h"
#include "storage/check/relation_size.h"
#include "storage/catalog/definition.h"

/* What the steps of one look share. */
typedef struct Look
{
	Bytes name;
	TableState *state;
	CheckedTable checked;
} Look;

static void
ReadRow(void *state)
{
	Look *look = state;

	look->state->readable = CatalogRead(look->name, &look->state->row);
}

static void
ReadDefinition(void *state)
{
	Look *look = state;

	CheckedTableInit(&look->checked, &look->state->row, look->checked.findings);
}

static void
Check(void *state)
{
	Look *look = state;

	CatalogCheck(&look->checked);
}

static void
Count(void *state)
{
	Look *look = state;

	if (!IsPreloaded())
		return;
	look->state->items = TableGetStatistics(&look->checked.table, NULL).item_count;
	look->state->items_known = true;
}

static void
Measure(void *state)
{
	Look *look = state;
	int64 sum = 0;

	for (int leaf = 0; leaf < look->state->row.leaf_count; leaf++)
	{
		int64 size;

		if (!RelationTotalSize(look->state->row.leaves[leaf], &size))
			return;
		sum += size;
	}
	look->state->size = sum;
	look->state->size_known = true;
}

static void
WriteStatus(JsonWriter *writer, const TableDefinition *definition, const TableIndex *index)
{
	bool rebuilt = index->status == STATUS_ACTIVE && IndexIsBeingRebuilt(definition, index->number);

	if (index->of_expiry)
		JsonName(writer, "time to live");
	else
		JsonNameBytes(writer, index->name);
	JsonCString(writer, ResourceStatusName(rebuilt ? STATUS_UPDATING : index->status));
}

static Jsonb *
IndexStates(const TableDefinition *definition)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	JsonBeginObject(&writer);
	for (int i = 0; i < AllIndexCount(definition); i++)
		WriteStatus(&writer, definition, AnyIndex(definition, i));
	if (definition->time_to_live != NULL)
		WriteStatus(&writer, definition, definition->time_to_live);
	if (IndexIsBeingRebuilt(definition, 0))
	{
		JsonName(&writer, "table key");
		JsonCString(&writer, ResourceStatusName(STATUS_UPDATING));
	}
	JsonEndObject(&writer);
	return JsonToJsonb(&text);
}

/* Each step may fail alone. */
void
TableStateRead(Bytes name, TableState *state, Findings *findings)
{
	const char *row = psprintf("row \"%.*s\" of dynamo.table_catalog", BYTES_ARGS(name));
	Look look = { .name = name, .state = state };

	memset(state, 0, sizeof(TableState));
	look.checked.findings = findings;
	if (!FindingsAttempt(findings, row, ReadRow, &look) || !state->readable ||
	    !FindingsAttempt(findings, row, ReadDefinition, &look))
		return;
	state->indexes = IndexStates(&look.checked.table.definition);
	(void) FindingsAttempt(findings, row, Check, &look);
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(state->row.relation)))
		return;
	(void) FindingsAttempt(findings, FindingObject(state->row.relation), Count, &look);
	(void) FindingsAttempt(findings, FindingObject(state->row.relation), Measure, &look);
}

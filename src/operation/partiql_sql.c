/*
 * A PartiQL statement as a set of rows: its items in the form that tables store.
 * They are collected in a tuplestore, which goes to disk where they do not fit
 * work_mem.
 */
#include "operation/operation.h"

#include "item/encoding.h"
#include "operation/plan_source.h"
#include "operation/statement_read.h"
#include "operation/statement_request.h"
#include "operation/statement_write.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

static void
AddRow(ReturnSetInfo *result, const ItemView *item, const BoundExpression *projection)
{
	AttributeValue map;
	bool null = false;
	Datum value;

	if (projection == NULL && item->stored != NULL)
		value = JsonbPGetDatum(item->stored);
	else
	{
		map = projection != NULL ? ProjectionApply(projection, item) : *item->map;
		value = JsonbPGetDatum(ItemEncode(&map));
	}
	tuplestore_putvalues(result->setResult, result->setDesc, &value, &null);
}

/* Of an item in an index, conditions and projections see what the index holds. */
static void
AddItem(ReturnSetInfo *result, const StatementRead *read, const Jsonb *item)
{
	const Selection *selection = &read->selection;
	ItemView view = { .stored = item };
	AttributeValue entry;

	if (!selection->entry.all && !selection->fetches)
	{
		entry = IndexEntry(&selection->entry, item);
		view = (ItemView){ .map = &entry };
	}
	if (ConditionEvaluate(read->page.filter, &view))
		AddRow(result, &view, selection->projection);
}

static void
AddItems(ReturnSetInfo *result, const Statement *statement)
{
	MemoryContext row =
	    AllocSetContextCreate(CurrentMemoryContext, "row of a statement", ALLOCSET_DEFAULT_SIZES);
	StatementRead read;
	ItemSource *source;
	const Jsonb *item;

	StatementReadOpen(statement, NULL, &read);
	source = PlanSourceOpen(read.page.table, &read.plan, NULL);
	while ((item = source->next(source)) != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(row);

		AddItem(result, &read, item);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(row);
	}
	PlanSourceClose(source);
	MemoryContextDelete(row);
}

static void
AddReturned(ReturnSetInfo *result, const Statement *statement)
{
	StatementWrite write;

	StatementWriteOpen(statement, NULL, &write);
	StatementWriteOrFail(&write, true);
	if (write.returns)
		AddRow(result, &write.returned, NULL);
}

/* The request of ExecuteStatement that the arguments are. */
static JsonNode *
RequestOf(text *statement, Jsonb *parameters)
{
	JsonNode *request = palloc(sizeof(JsonNode));
	JsonMember *members = palloc(sizeof(JsonMember) * 2);

	*request = (JsonNode){ JSON_NODE_OBJECT, 1, { .members = members } };
	members[0] = (JsonMember){
		BYTES_LITERAL("Statement"),
		{ JSON_NODE_STRING, VARSIZE_ANY_EXHDR(statement), { .text = VARDATA_ANY(statement) } }
	};
	if (parameters != NULL)
		members[request->count++] =
		    (JsonMember){ BYTES_LITERAL("Parameters"), *JsonFromJsonb(parameters) };
	return request;
}

PG_FUNCTION_INFO_V1(dynamo_partiql);

Datum
dynamo_partiql(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Statement *statement;
	JsonNode *request;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	request = RequestOf(PG_GETARG_TEXT_PP(0), PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));
	OperationStart(OperationFindSql("execute_statement"), request);
	statement = SingleStatementOfRequest(request);
	if (statement->type == STATEMENT_SELECT)
		AddItems(result, statement);
	else
		AddReturned(result, statement);
	PopActiveSnapshot();
	return (Datum) 0;
}

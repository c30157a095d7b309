/*
 * Reading what a SELECT asks for, a page at a time.
 */
#include "operation/statement/statement_read.h"

#include "error/error.h"
#include "metrics/call.h"
#include "operation/statement/next_token.h"
#include "operation/statement/plan_source.h"
#include "operation/read/filter_projection.h"
#include "operation/read/start_key.h"
#include "operation/statement/statement_access.h"

void
StatementCheckIndex(const Statement *statement, const Table *table, bool consistent)
{
	Bytes name = statement->index;
	const TableIndex *index = name.data != NULL ? TableFindIndex(table, name) : NULL;

	if (name.data != NULL && index == NULL && TableFindVectorIndex(table, name) != NULL)
		ValidationError(TEXT_SCAN_OF_VECTORS);
	if (name.data != NULL && index == NULL)
		ValidationError(TEXT_NO_SUCH_INDEX);
	if (index != NULL && (index->key.partition_count > 1 || index->key.sort_count > 1))
		ValidationError(TEXT_SEVERAL_KEY_ATTRIBUTES);
	if (index != NULL && !index->local && consistent)
		ValidationError(TEXT_CONSISTENT_INDEX);
	if (statement->count_place != NULL)
		ValidationError(TEXT_PATH_UNEXPECTED, statement->count_place);
}

void
StatementReadOpen(const OperationContext *context, const Statement *statement,
                  const Structure *request, StatementRead *read)
{
	PageRequest *page = &read->page;
	TableAccess access;

	*page = (PageRequest){ .table_name = statement->table,
		                   .projection = statement->projection,
		                   .filter = statement->where };
	if (request != NULL)
	{
		page->consistent = StructureBoolean(request, member_ConsistentRead, false);
		page->limit = StructureInteger(request, member_Limit, 0);
		page->detail = CapacityDetailOf(request);
	}
	page->select = statement->projection != NULL ? SELECT_SPECIFIC_ATTRIBUTES : SELECT_DEFAULT;
	access = PageOpenTable(context, page, statement->index, StatementAccess(statement, false));
	StatementCheckIndex(statement, page->table, page->consistent);
	page->index = PageIndex(page, statement->index);
	read->selection = PageSelection(page);
	read->plan = PlanRead(statement, page->table, page->index);
	StatementAccessPlan(&access, &read->plan);
	if (read->plan.covers_where)
		page->filter = NULL;
	if (page->index != NULL && !read->plan.scan && statement->where != NULL)
		FilterCheckProjected(page->table, page->index, statement->where);
}

/* What of the plan's keys is counted: a statement that reads one item or one range has one. */
static void
SetCounted(const ReadPlan *plan, PageRequest *page, ItemKey *key, RangeQuery *range)
{
	if (plan->scan || plan->part_count != 1 || TableThroughputTracked(page->table) == NULL)
		return;
	if (PlanPartIsItem(plan, 0, key))
	{
		page->key = key;
		return;
	}
	*range = PlanPart(plan, 0);
	page->range = range;
}

void
StatementReadRun(const OperationContext *context, const StatementRead *read,
                 const Structure *request, JsonWriter *response)
{
	PageRequest own = read->page;
	const PageRequest *page = &own;
	const AttributeValue *start =
	    NextTokenRead(&context->identity, request, page->table, page->index);
	ItemSource *source = PlanSourceOpen(page->table, &read->plan, start);
	PageResult result;
	RangeQuery range;
	ItemKey key;

	if (source == NULL)
		NextTokenInvalid();
	SetCounted(&read->plan, &own, &key, &range);
	JsonBeginObject(response);
	JsonName(response, "Items");
	result = PageReadJson(page, &read->selection, source, response);
	MetricsNoteItems(result.matched);
	if (result.last != NULL && !PlanSourceAtEnd(source))
	{
		NextTokenWrite(response, &context->identity, request, page->table, page->index, result.last,
		               result.hidden);
		if (!result.hidden)
			LastEvaluatedKeyWrite(response, page->table, page->index, result.last);
	}
	PlanSourceClose(source);
	ConsumedCapacityMember(response, &result.consumed);
	JsonEndObject(response);
}

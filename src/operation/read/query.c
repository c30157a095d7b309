/*
 * Query: the items of one partition, in the order of their sort keys.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "operation/read/filter_projection.h"
#include "operation/read/key_query.h"
#include "operation/read/prepared_read.h"
#include "operation/request/parameters.h"
#include "operation/read/start_key.h"

static const ParameterRules query_rules = {
	.legacy = { MEMBER_AttributesToGet, MEMBER_QueryFilter, MEMBER_ConditionalOperator,
	            MEMBER_KeyConditions },
	.expressions = { MEMBER_ProjectionExpression, MEMBER_FilterExpression,
	                 MEMBER_KeyConditionExpression },
	.with_values = { MEMBER_FilterExpression, MEMBER_KeyConditionExpression },
	.values_missing = "FilterExpression and KeyConditionExpression are null",
};

static KeyCondition *
ReadKeyConditions(const Structure *request, ExpressionBindings *bindings, int *count)
{
	if (StructureHas(request, MEMBER_KeyConditionExpression))
		return KeyConditionParts(ParameterExpression(request, member_KeyConditionExpression,
		                                             EXPRESSION_KEY_CONDITION, bindings),
		                         count);
	if (StructureHas(request, MEMBER_KeyConditions))
		return LegacyKeyConditions(StructureMap(request, member_KeyConditions), count);
	ValidationError(TEXT_KEY_CONDITION_NONE);
}

/* A filter works on what the key conditions let through; it cannot judge the key again. */
static void
CheckFilterLeavesKey(const Structure *request, const BoundExpression *filter, const KeySchema *key)
{
	KeyAttributeList keys = KeyAttributesOf(key);
	const char *parameter =
	    StructureHas(request, MEMBER_QueryFilter) ? "QueryFilter" : "Filter Expression";

	if (filter == NULL)
		return;
	for (int i = 0; i < keys.count; i++)
	{
		Bytes name = keys.attributes[i]->name;

		if (ExpressionMentions(filter, name))
			ValidationError(TEXT_FILTER_OF_KEY, parameter, BYTES_ARGS(name));
	}
}

void
QueryPrepare(const OperationContext *context, const Structure *request, PreparedRead *read)
{
	PageRequest *page = &read->page;
	RangeQuery *query = &read->query;
	ExpressionBindings *bindings;
	KeyCondition *conditions;
	const KeySchema *key;
	TableAccess access;
	int count;

	*query = (RangeQuery){ .forward = StructureBoolean(request, member_ScanIndexForward, true) };
	ParametersCheckMixed(request, &query_rules);
	bindings = ParametersBindings(request, &query_rules);
	ParametersCheckUsed(request, bindings);
	*page = PageRequestOf(request);
	page->range = query;
	query->start_after = StartKeyParse(request);
	conditions = ReadKeyConditions(request, bindings, &count);
	page->filter = ParameterFilter(request, member_QueryFilter, bindings);
	page->projection = ParameterProjection(request, bindings);

	access =
	    PageOpen(context, page, StructureString(request, member_IndexName), (AccessRequest){ 0 });
	query->index = page->index;
	key = page->index != NULL ? &page->index->key : &page->table->definition.key;
	read->selection = PageSelection(page);
	KeyQueryBuild(key, conditions, count, StructureHas(request, MEMBER_KeyConditions), query);
	AccessRange(&access, query);
	CheckFilterLeavesKey(request, page->filter, key);
	if (page->filter != NULL && page->index != NULL && !page->index->local)
		FilterCheckProjected(page->table, page->index, page->filter);
	read->purpose = StartKeyOfQuery(&context->identity, page->table, query);
}

ItemCursor *
QueryCursor(const PreparedRead *read)
{
	return ItemCursorQuery(read->page.table, &read->query);
}

void
RunQuery(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	PreparedRead read;

	QueryPrepare(context, request, &read);
	PageWrite(&read.page, &read.selection, QueryCursor(&read), read.purpose, response);
}

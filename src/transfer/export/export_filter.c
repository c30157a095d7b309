/*
 * A KeyConditionExpression is checked as a Query's, and judged as the filter that it is, too.
 */
#include "transfer/export/export_filter.h"

#include "error/error.h"
#include "storage/read/key_operand.h"

static Bytes
TextOf(const JsonNode *specification, const char *name)
{
	const JsonNode *text = JsonGet(specification, name);

	return text != NULL ? JsonNodeString(text) : (Bytes){ NULL, 0 };
}

static BoundExpression *
Bind(ExpressionKind kind, Bytes text, ExpressionBindings *bindings)
{
	BoundExpression *expression;

	if (text.data == NULL)
		return NULL;
	expression = ExpressionBind(kind, text, bindings);
	ExpressionAdmit(expression);
	return expression;
}

/* --- the key --- */

static const KeyCondition *
ConditionOn(const KeyCondition *conditions, int count, Bytes attribute)
{
	for (int i = 0; i < count; i++)
		if (BytesEqual(conditions[i].attribute, attribute))
			return &conditions[i];
	return NULL;
}

static void
CheckCondition(const KeyAttribute *attribute, const KeyCondition *condition, bool partition)
{
	KeyOperandCheck(attribute, &condition->operand, partition);
	if (condition->op == KEY_BETWEEN)
		KeyOperandCheck(attribute, &condition->upper, partition);
}

/* Equality of the partition attribute, and at most one condition on the sort attribute. */
static void
CheckKey(const BoundExpression *expression, const KeySchema *key)
{
	int count;
	const KeyCondition *conditions = KeyConditionParts(expression, &count);
	const KeyAttribute *partition = &key->partition[0];
	const KeyAttribute *sort = key->sort_count > 0 ? &key->sort[0] : NULL;
	const KeyCondition *on_partition = ConditionOn(conditions, count, partition->name);
	const KeyCondition *on_sort = sort != NULL ? ConditionOn(conditions, count, sort->name) : NULL;

	if (on_partition == NULL)
		ValidationError(TEXT_KEY_CONDITION_MISSED, BYTES_ARGS(partition->name));
	if (on_partition->op != KEY_EQUAL || count > (on_sort != NULL ? 2 : 1))
		ValidationError(TEXT_KEY_CONDITION_UNSUPPORTED);
	CheckCondition(partition, on_partition, true);
	if (on_sort != NULL)
		CheckCondition(sort, on_sort, false);
}

static void
CheckLeavesKey(const BoundExpression *filter, const KeyAttribute *attributes, int count)
{
	for (int i = 0; i < count; i++)
		if (ExpressionMentions(filter, attributes[i].name))
			ValidationError(TEXT_EXPORT_FILTER_KEY, BYTES_ARGS(attributes[i].name));
}

/* --- all of it --- */

static void
BindAll(const JsonNode *specification, const KeySchema *key, ExportFilter *filter)
{
	Bytes key_text = TextOf(specification, "KeyConditionExpression");
	Bytes filter_text = TextOf(specification, "FilterExpression");
	Bytes projection_text = TextOf(specification, "ProjectionExpression");
	bool has_values = key_text.data != NULL || filter_text.data != NULL;
	ExpressionBindings *bindings = ExpressionBindingsCreate(
	    JsonGet(specification, "ExpressionAttributeNames"),
	    JsonGet(specification, "ExpressionAttributeValues"),
	    has_values || projection_text.data != NULL,
	    has_values ? NULL : "FilterExpression and KeyConditionExpression are null");

	if (key_text.data != NULL)
		CheckKey(Bind(EXPRESSION_KEY_CONDITION, key_text, bindings), key);
	filter->key = Bind(EXPRESSION_FILTER, key_text, bindings);
	filter->filter = Bind(EXPRESSION_FILTER, filter_text, bindings);
	filter->projection = Bind(EXPRESSION_PROJECTION, projection_text, bindings);
	ExpressionBindingsCheckUsed(bindings);
}

ExportFilter
ExportFilterBind(Bytes specification, const Table *table)
{
	const KeySchema *key = &table->definition.key;
	ExportFilter filter = { 0 };

	if (specification.data == NULL)
		return filter;
	BindAll(JsonParse(specification), key, &filter);
	if (filter.key != NULL && filter.filter != NULL)
	{
		CheckLeavesKey(filter.filter, key->partition, key->partition_count);
		CheckLeavesKey(filter.filter, key->sort, key->sort_count);
	}
	return filter;
}

bool
ExportFilterTakes(const ExportFilter *filter, const Jsonb *item)
{
	ItemView view = { .stored = item };

	return ConditionEvaluate(filter->key, &view) && ConditionEvaluate(filter->filter, &view);
}

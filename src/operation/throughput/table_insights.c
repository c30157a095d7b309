/*
 * See table_insights.h.
 */
#include "operation/throughput/table_insights.h"

#include "json/json_member.h"
#include "json/kept_json.h"

/* Milliseconds are less. */
#define MAX_TIME (INT64CONST(1) << 53)

static const char *const mode_names[] = {
	[INSIGHTS_NONE] = NULL,
	[INSIGHTS_ACCESSED_AND_THROTTLED] = "ACCESSED_AND_THROTTLED_KEYS",
	[INSIGHTS_THROTTLED] = "THROTTLED_KEYS",
};

const char *
InsightsModeName(InsightsMode mode)
{
	return mode_names[mode];
}

InsightsMode
InsightsModeOf(Bytes name)
{
	for (int i = INSIGHTS_NONE + 1; i < lengthof(mode_names); i++)
	{
		if (name.data != NULL && BytesEqual(name, BytesFromCString(mode_names[i])))
			return i;
	}
	return INSIGHTS_NONE;
}

TableInsights
TableInsightsRead(const JsonNode *node)
{
	TableInsights insights = { 0 };

	if (node == NULL)
		return insights;
	insights.count = node->count;
	insights.all = palloc(sizeof(ResourceInsights) * Max(node->count, 1));
	for (int i = 0; i < node->count; i++)
	{
		const JsonNode *element = &node->elements[i];

		KeptCheck(element, JSON_NODE_OBJECT, "Insights");
		insights.all[i] =
		    (ResourceInsights){ .index = KeptGetString(element, "Index"),
			                    .mode = InsightsModeOf(KeptGetString(element, "Mode")),
			                    .enabled = KeptGetInteger(element, "Enabled", 0, MAX_TIME),
			                    .changed = KeptGetInteger(element, "Changed", 0, MAX_TIME) };
	}
	return insights;
}

void
TableInsightsWrite(JsonWriter *writer, const TableInsights *insights)
{
	JsonBeginArray(writer);
	for (int i = 0; i < insights->count; i++)
	{
		const ResourceInsights *one = &insights->all[i];

		JsonBeginObject(writer);
		if (one->index.data != NULL)
			JsonStringMember(writer, "Index", one->index);
		if (one->mode != INSIGHTS_NONE)
			JsonCStringMember(writer, "Mode", mode_names[one->mode]);
		JsonIntegerMember(writer, "Enabled", one->enabled);
		JsonIntegerMember(writer, "Changed", one->changed);
		JsonEndObject(writer);
	}
	JsonEndArray(writer);
}

static bool
SameIndex(Bytes a, Bytes b)
{
	return a.data == NULL || b.data == NULL ? a.data == b.data : BytesEqual(a, b);
}

ResourceInsights *
TableInsightsFind(const TableInsights *insights, Bytes index)
{
	for (int i = 0; i < insights->count; i++)
	{
		if (SameIndex(insights->all[i].index, index))
			return &insights->all[i];
	}
	return NULL;
}

ResourceInsights *
TableInsightsAdd(TableInsights *insights, Bytes index)
{
	ResourceInsights *found = TableInsightsFind(insights, index);
	ResourceInsights *all;

	if (found != NULL)
		return found;
	all = palloc(sizeof(ResourceInsights) * (insights->count + 1));
	if (insights->count > 0)
		memcpy(all, insights->all, sizeof(ResourceInsights) * insights->count);
	all[insights->count] = (ResourceInsights){ .index = index };
	insights->all = all;
	return &all[insights->count++];
}

void
TableInsightsRemoveIndex(TableInsights *insights, Bytes index)
{
	int kept = 0;

	for (int i = 0; i < insights->count; i++)
	{
		if (!SameIndex(insights->all[i].index, index))
			insights->all[kept++] = insights->all[i];
	}
	insights->count = kept;
}

InsightsMode
TableInsightsMode(const TableInsights *insights, Bytes index)
{
	const ResourceInsights *found = TableInsightsFind(insights, index);

	return found != NULL ? found->mode : INSIGHTS_NONE;
}

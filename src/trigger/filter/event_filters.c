/*
 * Filters of triggers, and matching a pattern from SQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "compat.h"
#include "trigger/filter/event_filters.h"

PG_FUNCTION_INFO_V1(dynamo_event_matches);

struct EventFilters
{
	int count;
	EventPattern *patterns[MAX_EVENT_FILTERS];
};

pg_noreturn static void
RaiseFilters(const char *fault)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid filters: %s", fault),
	                errhint("They are like {\"Filters\": [{\"Pattern\": {\"eventName\": "
	                        "[\"INSERT\"]}}]}, or an array of patterns.")));
}

/* Of {"Filters": ...} what "Filters" is, else the node itself. */
static const JsonNode *
FilterList(const JsonNode *node, bool *wrapped)
{
	const JsonNode *list = node;

	*wrapped = node->type == JSON_NODE_OBJECT;
	if (*wrapped)
		list = node->count == 1 ? JsonGet(node, "Filters") : NULL;
	if (list == NULL || list->type != JSON_NODE_ARRAY)
		RaiseFilters("they are no list");
	if (list->count < 1 || list->count > MAX_EVENT_FILTERS)
		RaiseFilters(psprintf("they are from 1 to %d", MAX_EVENT_FILTERS));
	return list;
}

static EventPattern *
ReadFilter(const JsonNode *node, bool wrapped)
{
	if (!wrapped)
		return EventPatternParse(node);
	if (node->type != JSON_NODE_OBJECT || node->count != 1 || JsonGet(node, "Pattern") == NULL)
		RaiseFilters("a filter has the member \"Pattern\" alone");
	node = JsonGet(node, "Pattern");
	if (node->type == JSON_NODE_STRING)
		node = JsonParse((Bytes){ node->text, node->count });
	return EventPatternParse(node);
}

EventFilters *
EventFiltersParse(Jsonb *filters)
{
	EventFilters *parsed;
	const JsonNode *list;
	bool wrapped;

	if (filters == NULL)
		return NULL;
	parsed = palloc0_object(EventFilters);
	list = FilterList(JsonFromJsonb(filters), &wrapped);
	for (int i = 0; i < list->count; i++)
		parsed->patterns[parsed->count++] = ReadFilter(&list->elements[i], wrapped);
	return parsed;
}

bool
EventFiltersMatch(const EventFilters *filters, const JsonNode *event)
{
	if (filters == NULL)
		return true;
	for (int i = 0; i < filters->count; i++)
		if (EventPatternMatches(filters->patterns[i], event))
			return true;
	return false;
}

/* event_matches(pattern jsonb, record jsonb) returns boolean */
Datum
dynamo_event_matches(PG_FUNCTION_ARGS)
{
	const EventPattern *pattern = EventPatternParse(JsonFromJsonb(PG_GETARG_JSONB_P(0)));

	PG_RETURN_BOOL(EventPatternMatches(pattern, JsonFromJsonb(PG_GETARG_JSONB_P(1))));
}

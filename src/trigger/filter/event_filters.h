/*
 * The filters of a trigger: patterns of which one must match (Lambda's FilterCriteria).
 */
#ifndef DYNAMO_EVENT_FILTERS_H
#define DYNAMO_EVENT_FILTERS_H

#include "trigger/filter/event_pattern.h"

#define MAX_EVENT_FILTERS 10

typedef struct EventFilters EventFilters;

/*
 * Compiles {"Filters": [{"Pattern": pattern}, ...]}, where a pattern may be JSON's text as Lambda's
 * API has it, or an array of patterns. NULL for NULL. Memory and errors as of EventPatternParse.
 */
extern EventFilters *EventFiltersParse(Jsonb *filters);

/* NULL: all match. */
extern bool EventFiltersMatch(const EventFilters *filters, const JsonNode *event);

#endif

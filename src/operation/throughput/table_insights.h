/*
 * Contributor Insights of a table and its global indexes, as the table's settings keep them, so
 * that they go with the table, and with the index.
 */
#ifndef DYNAMO_TABLE_INSIGHTS_H
#define DYNAMO_TABLE_INSIGHTS_H

#include "json/json.h"

/* Whose keys are counted. */
typedef enum InsightsMode
{
	INSIGHTS_NONE,
	INSIGHTS_ACCESSED_AND_THROTTLED,
	INSIGHTS_THROTTLED
} InsightsMode;

typedef struct ResourceInsights
{
	Bytes index;       /* data NULL: the table itself */
	InsightsMode mode; /* INSIGHTS_NONE: disabled, after it was enabled */
	int64 enabled;     /* when that was last, in milliseconds since 1970 */
	int64 changed;     /* when anything was */
} ResourceInsights;

typedef struct TableInsights
{
	int count;
	ResourceInsights *all;
} TableInsights;

/* From and to an array of JSON; `node` may be NULL. Palloc'd. */
extern TableInsights TableInsightsRead(const JsonNode *node);
extern void TableInsightsWrite(JsonWriter *writer, const TableInsights *insights);

/* Those of the index, or of the table where its data is NULL; NULL where they never were enabled.
 */
extern ResourceInsights *TableInsightsFind(const TableInsights *insights, Bytes index);

/* The same, added where there are none. */
extern ResourceInsights *TableInsightsAdd(TableInsights *insights, Bytes index);

extern void TableInsightsRemoveIndex(TableInsights *insights, Bytes index);

/* INSIGHTS_NONE where there are none. */
extern InsightsMode TableInsightsMode(const TableInsights *insights, Bytes index);

/* As the API names it; NULL for INSIGHTS_NONE, and INSIGHTS_NONE for another name. */
extern const char *InsightsModeName(InsightsMode mode);
extern InsightsMode InsightsModeOf(Bytes name);

#endif

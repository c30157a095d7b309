/*
 * UpdateContributorInsights, DescribeContributorInsights and ListContributorInsights.
 *
 * In the service they make rules of CloudWatch, which take a while; here a change holds from its
 * commit on. It is answered as the service does, with the state that leads there. What is counted
 * is in the view dynamo.hot_keys.
 */
#include "operation/insights_operations.h"

#include "error/error.h"
#include "json/json_member.h"
#include "metrics/hotkeys/hot_keys.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/table/table_change.h"
#include "operation/throughput/table_settings.h"
#include "session/preload.h"

#define LIST_LIMIT 100

/* A table or one of its global indexes that a request names. */
typedef struct Named
{
	Bytes table;
	const TableIndex *index; /* NULL: the table itself */
	const KeySchema *key;
	HotKeySource source;
} Named;

static Named
Find(const Table *table, const Structure *request)
{
	Bytes index = StructureString(request, member_IndexName);
	Named named = { .table = table->definition.name, .key = &table->definition.key };

	named.source = (HotKeySource){ table->relation, 0 };
	if (index.data == NULL)
		return named;
	named.index = TableFindIndex(table, index);
	if (named.index == NULL || named.index->local)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_INDEX_FOUND, BYTES_ARGS(index));
	named.key = &named.index->key;
	named.source.index = named.index->number;
	return named;
}

static Bytes
IndexName(const Named *named)
{
	return named->index != NULL ? named->index->name : (Bytes){ NULL, 0 };
}

/* --- answers --- */

static void
WriteNames(JsonWriter *response, Bytes table, Bytes index)
{
	JsonStringMember(response, "TableName", table);
	if (index.data != NULL)
		JsonStringMember(response, "IndexName", index);
}

static void
WriteState(JsonWriter *response, const char *status, InsightsMode mode)
{
	JsonCStringMember(response, "ContributorInsightsStatus", status);
	if (mode != INSIGHTS_NONE)
		JsonCStringMember(response, "ContributorInsightsMode", InsightsModeName(mode));
}

/* "DynamoDBContributorInsights-PKC-Music-1576629651520": partition or sort key, consumed. */
static void
WriteRule(JsonWriter *response, const Named *named, const char *kind, int64 since)
{
	StringInfoData name;

	initStringInfo(&name);
	appendStringInfo(&name, "DynamoDBContributorInsights-%s-%.*s", kind, BYTES_ARGS(named->table));
	if (named->index != NULL)
		appendStringInfo(&name, "-%.*s", BYTES_ARGS(named->index->name));
	appendStringInfo(&name, "-" INT64_FORMAT, since);
	JsonCString(response, name.data);
}

static void
WriteRules(JsonWriter *response, const Named *named, const ResourceInsights *insights)
{
	bool accessed = insights->mode == INSIGHTS_ACCESSED_AND_THROTTLED;
	bool sorted = named->key->sort_count > 0;

	JsonName(response, "ContributorInsightsRuleList");
	JsonBeginArray(response);
	if (accessed)
		WriteRule(response, named, "PKC", insights->enabled);
	if (accessed && sorted)
		WriteRule(response, named, "SKC", insights->enabled);
	WriteRule(response, named, "PKT", insights->enabled);
	if (sorted)
		WriteRule(response, named, "SKT", insights->enabled);
	JsonEndArray(response);
}

/* As of a limit of CloudWatch's. */
static void
WriteFailure(JsonWriter *response)
{
	JsonName(response, "FailureException");
	JsonBeginObject(response);
	JsonCStringMember(response, "ExceptionName", "LimitExceededException");
	JsonCStringMember(response, "ExceptionDescription", TEXT_INSIGHTS_NO_ROOM);
	JsonEndObject(response);
}

/* --- UpdateContributorInsights --- */

static void
CheckCanCount(void)
{
	if (HotKeysCanCount())
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	         errmsg("keys are not counted on this server"),
	         IsPreloaded()
	             ? errhint("Set dynamo.max_contributor_insights and restart the server.")
	             : errhint("Add dynamo to shared_preload_libraries and restart the server.")));
}

static void
Enable(ResourceInsights *insights, Bytes mode)
{
	CheckCanCount();
	if (insights->mode == INSIGHTS_NONE)
		insights->enabled = CurrentMilliseconds();
	insights->mode = mode.data != NULL ? InsightsModeOf(mode) : INSIGHTS_ACCESSED_AND_THROTTLED;
}

static bool
Enables(const Structure *request)
{
	return BytesEqual(StructureString(request, member_ContributorInsightsAction),
	                  BYTES_LITERAL("ENABLE"));
}

void
RunUpdateContributorInsights(const OperationContext *context, const Structure *request,
                             JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpenToChange(name, false);
	TableSettings *settings = TableSettingsRead(&table->definition);
	ResourceInsights *insights;
	Named named;

	CheckTableActive(table);
	named = Find(table, request);
	insights = TableInsightsAdd(&settings->insights, IndexName(&named));
	if (Enables(request))
		Enable(insights, StructureString(request, member_ContributorInsightsMode));
	else
		insights->mode = INSIGHTS_NONE;
	insights->changed = CurrentMilliseconds();
	JsonBeginObject(response);
	WriteNames(response, named.table, IndexName(&named));
	WriteState(response, Enables(request) ? "ENABLING" : "DISABLING", insights->mode);
	JsonEndObject(response);
	TableSetSettings(table, TableSettingsWrite(settings));
}

/* --- DescribeContributorInsights --- */

static void
WriteDescription(JsonWriter *response, const Named *named, const ResourceInsights *insights)
{
	bool enabled = insights != NULL && insights->mode != INSIGHTS_NONE;
	bool fails = enabled && !HotKeysHaveRoom(named->source);

	JsonBeginObject(response);
	WriteNames(response, named->table, IndexName(named));
	if (enabled)
		WriteRules(response, named, insights);
	WriteState(response,
	           fails     ? "FAILED"
	           : enabled ? "ENABLED"
	                     : "DISABLED",
	           enabled ? insights->mode : INSIGHTS_NONE);
	if (insights != NULL)
		JsonTimeMember(response, "LastUpdateDateTime", insights->changed);
	if (fails)
		WriteFailure(response);
	JsonEndObject(response);
}

void
RunDescribeContributorInsights(const OperationContext *context, const Structure *request,
                               JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpen(name, 0);
	TableSettings *settings;
	Named named;

	if (table == NULL)
		RaiseTableNotFound(name);
	settings = TableSettingsRead(&table->definition);
	named = Find(table, request);
	WriteDescription(response, &named, TableInsightsFind(&settings->insights, IndexName(&named)));
	TableRelease(table);
}

/* --- ListContributorInsights --- */

typedef struct Listing
{
	Bytes only;  /* the table asked for; data NULL: all */
	Bytes after; /* what NextToken says */
	int limit;
	int shown;
	char *last;
	bool more;
	JsonWriter *response;
} Listing;

/* A token is the last name that was shown, as "TABLE/INDEX". */
static char *
Position(Bytes table, Bytes index)
{
	return psprintf("%.*s/%.*s", BYTES_ARGS(table), index.data != NULL ? index.length : 0,
	                index.data != NULL ? index.data : "");
}

static bool
IsShown(Listing *listing, Bytes table, Bytes index)
{
	char *position = Position(table, index);

	if (listing->after.data != NULL &&
	    BytesCompare(BytesFromCString(position), listing->after) <= 0)
		return false;
	if (listing->shown == listing->limit)
	{
		listing->more = true;
		return false;
	}
	listing->shown++;
	listing->last = position;
	return true;
}

static int
CompareByIndex(const void *left, const void *right)
{
	return BytesCompare(((const ResourceInsights *) left)->index,
	                    ((const ResourceInsights *) right)->index);
}

static void
ListTable(Bytes name, Jsonb *settings, void *argument)
{
	Listing *listing = argument;
	TableInsights insights;

	if (listing->more || settings == NULL ||
	    (listing->only.data != NULL && !BytesEqual(listing->only, name)))
		return;
	insights = TableSettingsFromJsonb(settings)->insights;
	qsort(insights.all, insights.count, sizeof(ResourceInsights), CompareByIndex);
	for (int i = 0; i < insights.count; i++)
	{
		const ResourceInsights *one = &insights.all[i];

		if (!IsShown(listing, name, one->index))
			continue;
		JsonBeginObject(listing->response);
		WriteNames(listing->response, name, one->index);
		WriteState(listing->response, one->mode != INSIGHTS_NONE ? "ENABLED" : "DISABLED",
		           one->mode);
		JsonEndObject(listing->response);
	}
}

static void
CheckTableExists(Bytes name)
{
	Table *table = TableOpen(name, 0);

	if (table == NULL)
		RaiseTableNotFound(name);
	TableRelease(table);
}

void
RunListContributorInsights(const OperationContext *context, const Structure *request,
                           JsonWriter *response)
{
	Listing listing = { .after = StructureString(request, member_NextToken),
		                .limit = StructureInteger(request, member_MaxResults, LIST_LIMIT),
		                .response = response };

	AccessService(context, "*");
	if (StructureHas(request, MEMBER_TableName))
	{
		listing.only = RequestTableName(request);
		CheckTableExists(listing.only);
	}
	if (listing.after.data != NULL && BytesFind(listing.after, '/') == NULL)
		ValidationError(TEXT_TOKEN_INVALID);
	JsonBeginObject(response);
	JsonName(response, "ContributorInsightsSummaries");
	JsonBeginArray(response);
	TablesVisitSettings(ListTable, &listing);
	JsonEndArray(response);
	if (listing.more)
		JsonCStringMember(response, "NextToken", listing.last);
	JsonEndObject(response);
}

/*
 * The history of scaling.
 */
#include "scaling/activity.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "storage/query/own_query.h"

/* The columns that say whose activity it is: $1 to $3. */
static void
AddResource(OwnQuery *query, const Table *table, const ScalableResource *resource)
{
	OwnQueryAdd(query, UUIDOID, UUIDPGetDatum(&table->id));
	OwnQueryAddText(query, resource->index);
	OwnQueryAdd(query, TEXTOID, CStringGetTextDatum(ResourceDimension(resource)));
}

/* What is to be known of it: $4 to $7. */
static void
AddActivity(OwnQuery *query, const ScalingActivity *activity)
{
	OwnQueryAdd(query, INT8OID, Int64GetDatum(activity->from));
	OwnQueryAdd(query, INT8OID, Int64GetDatum(activity->to));
	OwnQueryAdd(query, TEXTOID, CStringGetTextDatum(activity->cause));
	OwnQueryAddCString(query, activity->failure);
}

static bool
RepeatFailure(OwnQuery *query)
{
	return OwnQueryRun(
	           "UPDATE dynamo.scaling_activity_log SET end_time = clock_timestamp(),"
	           " from_capacity = $4, to_capacity = $5, failure = $7"
	           " WHERE activity_id = (SELECT activity_id FROM dynamo.scaling_activity_log"
	           "  WHERE table_id = $1 AND index_name IS NOT DISTINCT FROM $2 AND dimension = $3"
	           "  ORDER BY start_time DESC LIMIT 1)"
	           " AND failure IS NOT NULL AND cause = $6",
	           query, NULL, NULL) > 0;
}

void
ScalingActivityRecord(const Table *table, const ScalingActivity *activity)
{
	OwnQuery query = { 0 };

	AddResource(&query, table, &activity->resource);
	AddActivity(&query, activity);
	if (activity->failure != NULL && RepeatFailure(&query))
		return;
	(void) OwnQueryRun("INSERT INTO dynamo.scaling_activity_log (table_id, index_name, dimension,"
	                   " from_capacity, to_capacity, cause, failure)"
	                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
	                   &query, NULL, NULL);
}

void
ScalingActivitiesForget(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun("DELETE FROM dynamo.scaling_activity_log"
	                   " WHERE start_time < now() - interval '6 weeks'",
	                   &query, NULL, NULL);
}

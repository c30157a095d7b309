/*
 * See recovery_catalog.h.
 */
#include "storage/stream/recovery_catalog.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
static bool
TableExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "recovery_catalog"));
}

static void
ReadRecovery(HeapTuple row, TupleDesc descriptor, void *state)
{
	Recovery *recovery = state;
	bool null;

	recovery->enabled = DatumGetTimestampTz(heap_getattr(row, 1, descriptor, &null));
	recovery->days = DatumGetInt32(heap_getattr(row, 2, descriptor, &null));
}

bool
RecoveryRead(Oid relation, Recovery *recovery)
{
	OwnQuery query = { 0 };

	if (!TableExists())
		return false;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	return OwnQueryRun("SELECT enabled, days FROM dynamo.recovery_catalog WHERE relation = $1",
	                   &query, ReadRecovery, recovery) > 0;
}

bool
RecoveryIsOn(Oid relation)
{
	Recovery recovery;

	return RecoveryRead(relation, &recovery);
}

void
RecoverySet(Oid relation, const Recovery *recovery)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(recovery->enabled));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(recovery->days));
	(void) OwnQueryRun("INSERT INTO dynamo.recovery_catalog (relation, enabled, days)"
	                   " VALUES ($1, $2, $3) ON CONFLICT (relation) DO UPDATE"
	                   " SET enabled = excluded.enabled, days = excluded.days",
	                   &query, NULL, NULL);
}

void
RecoveryForget(Oid relation)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	(void) OwnQueryRun("DELETE FROM dynamo.recovery_catalog WHERE relation = $1", &query, NULL,
	                   NULL);
}

static void
ReadDays(HeapTuple row, TupleDesc descriptor, void *days)
{
	bool null;

	*(int *) days = DatumGetInt32(heap_getattr(row, 1, descriptor, &null));
}

int
RecoveryLongestDays(void)
{
	OwnQuery query = { 0 };
	int days = 0;

	if (TableExists())
		(void) OwnQueryRun("SELECT coalesce(pg_catalog.max(days), 0) FROM dynamo.recovery_catalog",
		                   &query, ReadDays, &days);
	return days;
}

/* DeleteTable leaves a backup; what WAL has no old items of could not be taken back. */
void
RaiseRecoveryIsOn(const char *command)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("%s is refused for a DynamoDB table that can be restored to a point in"
	                       " time",
	                       command),
	                errhint("Delete the table by DeleteTable, or disable its point-in-time recovery"
	                        " by UpdateContinuousBackups first.")));
}

/*
 * See replica_catalog.h.
 */
#include "storage/region/replica_catalog.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "region/region_clock.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define SELECT_REPLICA                                                                  \
	"SELECT relation, region, removed, changed, phase = '" REPLICA_ACTIVE               \
	"', position, copied, copied_percent, applied, applied_stamp, coalesce(caught_up, " \
	"'2000-01-01 00:00:00+00') FROM dynamo.replica_catalog"

static bool changing = false;

void
RaiseHasReplicas(const char *command)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("%s is refused for a DynamoDB table that has replicas in other regions",
	                       command),
	                errhint("Remove the replicas by ReplicaUpdates of UpdateTable first.")));
}

bool
ReplicasAreChanging(void)
{
	return changing;
}

/* --- rows --- */

static char *
OptionalText(HeapTuple row, TupleDesc columns, int column)
{
	bool null;
	Datum value = heap_getattr(row, column, columns, &null);

	return null ? NULL : TextDatumGetCString(value);
}

static void
ReadReplica(HeapTuple row, TupleDesc columns, void *state)
{
	List **replicas = state;
	Replica *replica = palloc_object(Replica);
	bool null;

	replica->relation = DatumGetObjectId(heap_getattr(row, 1, columns, &null));
	replica->region = DatumGetInt32(heap_getattr(row, 2, columns, &null));
	replica->removed = DatumGetBool(heap_getattr(row, 3, columns, &null));
	replica->changed = DatumGetTimestampTz(heap_getattr(row, 4, columns, &null));
	replica->active = DatumGetBool(heap_getattr(row, 5, columns, &null));
	replica->position = OptionalText(row, columns, 6);
	replica->copied = OptionalText(row, columns, 7);
	replica->percent = DatumGetInt32(heap_getattr(row, 8, columns, &null));
	replica->applied = DatumGetInt64(heap_getattr(row, 9, columns, &null));
	replica->applied_stamp = DatumGetInt64(heap_getattr(row, 10, columns, &null));
	replica->caught_up = DatumGetTimestampTz(heap_getattr(row, 11, columns, &null));
	*replicas = lappend(*replicas, replica);
}

static List *
Select(const char *sql, Oid type, Datum value)
{
	OwnQuery query = { .nullable = OWN_QUERY_COLUMN(6) | OWN_QUERY_COLUMN(7) };
	List *replicas = NIL;

	OwnQueryAdd(&query, type, value);
	if (OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "replica_catalog")))
		(void) OwnQueryRunNow(sql, &query, ReadReplica, &replicas);
	return replicas;
}

List *
ReplicasOf(Oid relation)
{
	return Select(SELECT_REPLICA " WHERE relation = $1 ORDER BY region", OIDOID,
	              ObjectIdGetDatum(relation));
}

List *
ReplicasFrom(int region)
{
	return Select(SELECT_REPLICA " WHERE region = $1 AND NOT removed ORDER BY relation", INT4OID,
	              Int32GetDatum(region));
}

List *
ReplicasRemoved(int region)
{
	return Select(SELECT_REPLICA " WHERE region = $1 AND removed ORDER BY relation", INT4OID,
	              Int32GetDatum(region));
}

static void
Execute(const char *sql, Oid relation, int region)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(region));
	(void) OwnQueryRun(sql, &query, NULL, NULL);
}

static void
InsertOwn(Oid relation, const char *phase)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(RegionNumber()));
	OwnQueryAddCString(&query, phase);
	(void) OwnQueryRun("INSERT INTO dynamo.replica_catalog (relation, region, changed, removed,"
	                   " phase, copied_percent, applied, applied_stamp)"
	                   " VALUES ($1, $2, pg_catalog.now(), false, $3, 0, 0, 0)"
	                   " ON CONFLICT (relation, region) DO NOTHING",
	                   &query, NULL, NULL);
}

void
ReplicaSetMember(Oid relation, int region, bool removed, TimestampTz changed)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(region));
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(removed));
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(changed));
	(void) OwnQueryRun(
	    "INSERT INTO dynamo.replica_catalog AS r (relation, region, changed, removed, phase,"
	    " copied_percent, applied, applied_stamp) VALUES ($1, $2, $4, $3, 'CREATING', 0, 0, 0)"
	    " ON CONFLICT (relation, region) DO UPDATE"
	    " SET changed = excluded.changed, removed = excluded.removed, phase = 'CREATING',"
	    " position = NULL, copied = NULL, copied_percent = 0, last_error = NULL"
	    " WHERE r.changed < excluded.changed",
	    &query, NULL, NULL);
	if (removed)
		Execute("DELETE FROM dynamo.parked_change WHERE relation = $1 AND region = $2", relation,
		        region);
}

void
ReplicaForget(Oid relation, int region)
{
	Execute("DELETE FROM dynamo.replica_catalog WHERE relation = $1 AND region = $2 AND removed",
	        relation, region);
}

void
ReplicaActivate(Oid relation)
{
	Execute("UPDATE dynamo.replica_catalog SET phase = '" REPLICA_ACTIVE
	        "', copied_percent = 100 WHERE relation = $1 AND region = $2",
	        relation, RegionNumber());
	ReplicasChanged(relation);
}

void
ReplicaStartOver(Oid relation, int region)
{
	Execute("UPDATE dynamo.replica_catalog SET phase = '" REPLICA_CREATING
	        "', position = NULL, copied = NULL, copied_percent = 0"
	        " WHERE relation = $1 AND region = $2",
	        relation, region);
}

void
ReplicaSave(const Replica *replica, bool caught_up)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(replica->relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(replica->region));
	OwnQueryAddCString(&query, replica->active ? REPLICA_ACTIVE : REPLICA_CREATING);
	OwnQueryAddCString(&query, replica->position);
	OwnQueryAddCString(&query, replica->copied);
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(replica->percent));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(replica->applied));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(replica->applied_stamp));
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(caught_up));
	(void) OwnQueryRun(
	    "UPDATE dynamo.replica_catalog SET phase = $3, position = $4, copied = $5,"
	    " copied_percent = $6, applied = $7, applied_stamp = $8, last_error = NULL,"
	    " caught_up = CASE WHEN $9 THEN pg_catalog.clock_timestamp() ELSE caught_up END"
	    " WHERE relation = $1 AND region = $2",
	    &query, NULL, NULL);
}

void
ReplicaNoteError(Oid relation, int region, const char *error)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(region));
	OwnQueryAddCString(&query, error);
	(void) OwnQueryRun("UPDATE dynamo.replica_catalog SET last_error = $3"
	                   " WHERE relation = $1 AND region = $2",
	                   &query, NULL, NULL);
}

void
ReplicasForget(Oid relation)
{
	Execute("DELETE FROM dynamo.replica_catalog WHERE relation = $1 AND $2 = $2", relation, 0);
	Execute("DELETE FROM dynamo.parked_change WHERE relation = $1 AND $2 = $2", relation, 0);
	Execute("DELETE FROM dynamo.tombstones WHERE relation = $1 AND $2 = $2", relation, 0);
}

/* --- tables --- */

/* Those that a dump has brought along are of other regions. */
static void
AddStamps(Oid relation)
{
	AttrNumber column = get_attnum(relation, STAMP_COLUMN);

	if (column != InvalidAttrNumber && get_atttype(relation, column) != INT8OID)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
		                errmsg("relation \"%s\" has a column \"%s\" that is none of stamps",
		                       get_rel_name(relation), STAMP_COLUMN)));
	if (column != InvalidAttrNumber)
		ExecuteDdl(psprintf("ALTER TABLE %s DROP COLUMN " STAMP_COLUMN, RelationSqlName(relation)));
	ExecuteDdl(
	    psprintf("ALTER TABLE %s ADD COLUMN " STAMP_COLUMN " bigint", RelationSqlName(relation)));
}

void
TableReplicate(Table *table, bool active)
{
	Oid relation = table->relation;

	if (RegionNumber() == 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("global tables take the setting dynamo.region_number, and dynamo in"
		                       " shared_preload_libraries")));
	if (!XLogLogicalInfoActive())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("global tables take wal_level = logical")));
	RegionClockPrepare();
	AddStamps(relation);
	InsertOwn(relation, active ? REPLICA_ACTIVE : REPLICA_CREATING);
	CommandCounterIncrement();
	ReplicasChanged(relation);
	TableCaptureChanges(TableOpenRelation(relation));
}

/* An error ends the transaction, and with it the change. */
static void
DropStamps(Oid relation)
{
	changing = true;
	PG_TRY();
	{
		ExecuteDdl(psprintf("ALTER TABLE %s DROP COLUMN IF EXISTS " STAMP_COLUMN,
		                    RelationSqlName(relation)));
	}
	PG_FINALLY();
	{
		changing = false;
	}
	PG_END_TRY();
}

void
TableEndReplication(Table *table)
{
	Oid relation = table->relation;

	DropStamps(relation);
	ReplicasForget(relation);
	CommandCounterIncrement();
	ReplicasChanged(relation);
	TableEndCapture(TableOpenRelation(relation));
}

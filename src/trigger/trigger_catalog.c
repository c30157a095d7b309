/*
 * Reading and writing dynamo.trigger_catalog.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"
#include "trigger/trigger_catalog.h"

PG_FUNCTION_INFO_V1(dynamo_check_restored_trigger);

/* Columns in the order of the install script. */
enum
{
	COLUMN_NAME = 1,
	COLUMN_ID,
	COLUMN_TABLE,
	COLUMN_LABEL,
	COLUMN_TARGET,
	COLUMN_FUNCTION,
	COLUMN_OWNER,
	COLUMN_ENABLED,
	COLUMN_CREATED,
	COLUMN_STARTING_POSITION,
	COLUMN_BATCH_SIZE,
	COLUMN_BATCHING_WINDOW,
	COLUMN_RECORD_AGE,
	COLUMN_RETRY_ATTEMPTS,
	COLUMN_BISECT,
	COLUMN_REPORT,
	COLUMN_FILTERS,
	COLUMN_CREDENTIAL,
	COLUMN_TIMEOUT,
	COLUMNS = COLUMN_TIMEOUT
};

#define SELECT_TRIGGER "SELECT * FROM dynamo.trigger_catalog "
#define NULLABLE                                                              \
	(OWN_QUERY_COLUMN(COLUMN_RECORD_AGE) | OWN_QUERY_COLUMN(COLUMN_FILTERS) | \
	 OWN_QUERY_COLUMN(COLUMN_CREDENTIAL))

static int max_triggers_per_role = 100;
static bool inserting; /* this process, by EventTriggerInsert */

/* --- reading --- */

static int64
Milliseconds(Datum value)
{
	const Interval *interval = DatumGetIntervalP(value);

	return interval->time / 1000 +
	       (interval->day + interval->month * INT64CONST(30)) * (USECS_PER_DAY / 1000);
}

static void
AddTrigger(HeapTuple row, TupleDesc descriptor, void *state)
{
	List **triggers = state;
	EventTrigger *trigger = palloc0_object(EventTrigger);
	Datum values[COLUMNS];
	bool nulls[COLUMNS];

	heap_deform_tuple(row, descriptor, values, nulls);
#define VALUE(column) values[COLUMN_##column - 1]
#define IS_NULL(column) nulls[COLUMN_##column - 1]
	trigger->name = TextDatumGetCString(VALUE(NAME));
	trigger->id = DatumGetInt64(VALUE(ID));
	trigger->table = BytesFromCString(TextDatumGetCString(VALUE(TABLE)));
	trigger->label = DatumGetInt64(VALUE(LABEL));
	trigger->target = TextDatumGetCString(VALUE(TARGET));
	trigger->function = DatumGetObjectId(VALUE(FUNCTION));
	trigger->owner = DatumGetObjectId(VALUE(OWNER));
	trigger->enabled = DatumGetBool(VALUE(ENABLED));
	trigger->from_start =
	    strcmp(TextDatumGetCString(VALUE(STARTING_POSITION)), "TRIM_HORIZON") == 0;
	trigger->batch_size = Min(Max(DatumGetInt32(VALUE(BATCH_SIZE)), 1), MAX_BATCH_SIZE);
	trigger->batching_window = Milliseconds(VALUE(BATCHING_WINDOW));
	trigger->maximum_record_age = IS_NULL(RECORD_AGE) ? 0 : Milliseconds(VALUE(RECORD_AGE));
	trigger->maximum_retry_attempts = DatumGetInt32(VALUE(RETRY_ATTEMPTS));
	trigger->bisect = DatumGetBool(VALUE(BISECT));
	trigger->report_failures = DatumGetBool(VALUE(REPORT));
	trigger->filters = IS_NULL(FILTERS) ? NULL : DatumGetJsonbPCopy(VALUE(FILTERS));
	trigger->credential = IS_NULL(CREDENTIAL) ? NULL : TextDatumGetCString(VALUE(CREDENTIAL));
	trigger->target_timeout = Milliseconds(VALUE(TIMEOUT));
#undef VALUE
#undef IS_NULL
	*triggers = lappend(*triggers, trigger);
}

static EventTrigger *
First(List *triggers)
{
	return triggers == NIL ? NULL : linitial(triggers);
}

EventTrigger *
EventTriggerFind(const char *name)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *triggers = NIL;

	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(name));
	(void) OwnQueryRun(SELECT_TRIGGER "WHERE name = $1", &query, AddTrigger, &triggers);
	return First(triggers);
}

EventTrigger *
EventTriggerOfId(int64 id)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *triggers = NIL;

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	(void) OwnQueryRun(SELECT_TRIGGER "WHERE id = $1", &query, AddTrigger, &triggers);
	return First(triggers);
}

List *
EventTriggersEnabled(void)
{
	OwnQuery query = { .nullable = NULLABLE, .leaves_broken = true };
	List *triggers = NIL;

	(void) OwnQueryRun(SELECT_TRIGGER "WHERE enabled ORDER BY id", &query, AddTrigger, &triggers);
	return triggers;
}

/* --- writing --- */

static Datum
IntervalOf(int64 milliseconds)
{
	Interval *interval = palloc0_object(Interval);

	interval->time = milliseconds * 1000;
	return IntervalPGetDatum(interval);
}

/* $1 to $17: all that may be changed, with the id first. */
static void
AddColumns(OwnQuery *query, const EventTrigger *trigger)
{
	OwnQueryAdd(query, INT8OID, Int64GetDatum(trigger->id));
	OwnQueryAdd(query, INT8OID, Int64GetDatum(trigger->label));
	OwnQueryAddCString(query, trigger->target);
	OwnQueryAdd(query, OIDOID, ObjectIdGetDatum(trigger->function));
	OwnQueryAdd(query, OIDOID, ObjectIdGetDatum(trigger->owner));
	OwnQueryAdd(query, BOOLOID, BoolGetDatum(trigger->enabled));
	OwnQueryAdd(query, INT4OID, Int32GetDatum(trigger->batch_size));
	OwnQueryAdd(query, INTERVALOID, IntervalOf(trigger->batching_window));
	if (trigger->maximum_record_age == 0)
		OwnQueryAddNull(query, INTERVALOID);
	else
		OwnQueryAdd(query, INTERVALOID, IntervalOf(trigger->maximum_record_age));
	OwnQueryAdd(query, INT4OID, Int32GetDatum(trigger->maximum_retry_attempts));
	OwnQueryAdd(query, BOOLOID, BoolGetDatum(trigger->bisect));
	OwnQueryAdd(query, BOOLOID, BoolGetDatum(trigger->report_failures));
	if (trigger->filters == NULL)
		OwnQueryAddNull(query, JSONBOID);
	else
		OwnQueryAdd(query, JSONBOID, JsonbPGetDatum(trigger->filters));
	OwnQueryAddCString(query, trigger->credential);
	OwnQueryAdd(query, INTERVALOID, IntervalOf(trigger->target_timeout));
}

static int64
NextId(void)
{
	return nextval_internal(DynamoRelation(FUNCTION_SCHEMA, "trigger_number"), false);
}

static void
Insert(OwnQuery *query)
{
	inserting = true;
	PG_TRY();
	{
		(void) OwnQueryRun(
		    "INSERT INTO dynamo.trigger_catalog (id, label, target, function, owner, enabled,"
		    " batch_size, batching_window, maximum_record_age, maximum_retry_attempts,"
		    " bisect_batch_on_error, report_batch_item_failures, filters, credential,"
		    " target_timeout, name, table_name, starting_position, created)"
		    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
		    " $18, pg_catalog.now())",
		    query, NULL, NULL);
	}
	PG_FINALLY();
	{
		inserting = false;
	}
	PG_END_TRY();
}

/* How many the role has, while no other transaction of it makes one. */
static int64
CountOf(Oid owner)
{
	OwnQuery query = { 0 };

	OwnRowsLock("trigger_catalog", owner);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(owner));
	return OwnQueryRunNow("SELECT id FROM dynamo.trigger_catalog WHERE owner = $1", &query, NULL,
	                      NULL);
}

void
EventTriggerCheckCount(Oid owner)
{
	if (!superuser_arg(owner) && CountOf(owner) >= max_triggers_per_role)
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                errmsg("role \"%s\" cannot have more than %d triggers",
		                       GetUserNameFromId(owner, true), max_triggers_per_role),
		                errhint("Drop some, or have dynamo.max_triggers_per_role raised.")));
}

void
EventTriggerInsert(EventTrigger *trigger)
{
	OwnQuery query = { 0 };

	if (EventTriggerFind(trigger->name) != NULL)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
		                errmsg("trigger \"%s\" already exists", trigger->name)));
	trigger->id = NextId();
	AddColumns(&query, trigger);
	OwnQueryAddCString(&query, trigger->name);
	OwnQueryAddCString(&query, BytesToCString(trigger->table));
	OwnQueryAddCString(&query, trigger->from_start ? "TRIM_HORIZON" : "LATEST");
	Insert(&query);
}

void
EventTriggerUpdate(const EventTrigger *trigger)
{
	OwnQuery query = { 0 };

	AddColumns(&query, trigger);
	(void) OwnQueryRun(
	    "UPDATE dynamo.trigger_catalog SET label = $2, target = $3, function = $4, owner = $5,"
	    " enabled = $6, batch_size = $7, batching_window = $8, maximum_record_age = $9,"
	    " maximum_retry_attempts = $10, bisect_batch_on_error = $11,"
	    " report_batch_item_failures = $12, filters = $13, credential = $14, target_timeout = $15"
	    " WHERE id = $1",
	    &query, NULL, NULL);
}

bool
EventTriggerSetLabel(const EventTrigger *trigger, int64 label)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger->id));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger->label));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(label));
	return OwnQueryRun("UPDATE dynamo.trigger_catalog SET label = $3"
	                   " WHERE id = $1 AND label = $2",
	                   &query, NULL, NULL) > 0;
}

static void
DeleteOf(const char *sql, int64 id)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	(void) OwnQueryRun(sql, &query, NULL, NULL);
}

/* In the order in which workers lock them. */
void
EventTriggerDelete(int64 id)
{
	DeleteOf("DELETE FROM dynamo.trigger_progress WHERE trigger_id = $1", id);
	DeleteOf("DELETE FROM dynamo.trigger_catalog WHERE id = $1", id);
	DeleteOf("DELETE FROM dynamo.trigger_dead_letter WHERE trigger_id = $1", id);
}

/* --- restores --- */

/* Of the trigger's table, where that is there already. */
static Oid
RestoredOwner(HeapTuple row, TupleDesc columns)
{
	bool null;
	Datum name = heap_getattr(row, COLUMN_TABLE, columns, &null);
	CatalogRow table;

	if (null || !superuser() || !CatalogRead(BytesFromCString(TextDatumGetCString(name)), &table) ||
	    !OidIsValid(RelationOwner(table.relation)))
		return GetUserId();
	return RelationOwner(table.relation);
}

/*
 * A restored trigger is disabled, has no stream and no function, whose oids are others now, and
 * belongs to who restores it or, where that is a superuser, to its table's owner: nothing runs as
 * another role on the word of a dump.
 */
Datum
dynamo_check_restored_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	TupleDesc columns;
	int numbers[] = { COLUMN_ID, COLUMN_LABEL, COLUMN_FUNCTION, COLUMN_OWNER, COLUMN_ENABLED };
	Datum values[lengthof(numbers)];
	bool nulls[lengthof(numbers)] = { 0 };

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ||
	    !TRIGGER_FIRED_BEFORE(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("this function must be called by a trigger before an insert")));
	if (inserting)
		return PointerGetDatum(trigger->tg_trigtuple);
	columns = RelationGetDescr(trigger->tg_relation);
	values[0] = Int64GetDatum(NextId());
	values[1] = Int64GetDatum(0);
	values[2] = ObjectIdGetDatum(InvalidOid);
	values[3] = ObjectIdGetDatum(RestoredOwner(trigger->tg_trigtuple, columns));
	values[4] = BoolGetDatum(false);
	return PointerGetDatum(heap_modify_tuple_by_cols(trigger->tg_trigtuple, columns,
	                                                 lengthof(numbers), numbers, values, nulls));
}

/* --- the setting --- */

void
EventTriggersInit(void)
{
	DefineCustomIntVariable("dynamo.max_triggers_per_role",
	                        "Triggers that a role other than a superuser may make in a database.",
	                        NULL, &max_triggers_per_role, 100, 0, PG_INT32_MAX, PGC_SIGHUP, 0, NULL,
	                        NULL, NULL);
}

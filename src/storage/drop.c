/*
 * Dropping tables: by the API, and what plain SQL's DROP leaves to clear up.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "commands/event_trigger.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/index/pending_build.h"
#include "storage/query/relation_name.h"
#include "storage/statistics.h"
#include "storage/region/replica_catalog.h"
#include "storage/region/replicated_leaf.h"
#include "storage/relation/view.h"
#include "storage/stream/destination_catalog.h"
#include "storage/stream/recovery_catalog.h"
#include "storage/stream/stream_catalog.h"
#include "storage/stream/upkeep_start.h"

PG_FUNCTION_INFO_V1(dynamo_forget_dropped_tables);

static void
EndStream(const Table *table)
{
	const TableStream *stream = table->definition.stream;

	if (stream == NULL || !stream->enabled)
		return;
	StreamEnd(table->definition.name, stream->label, RelationOwner(table->relation), false);
	StreamUpkeepStart();
}

/*
 * RESTRICT: a view or foreign key of the table's users stops it, with
 * PostgreSQL's own error, rather than dying with the table.
 */
void
TableDrop(Table *table)
{
	Bytes name = table->definition.name;
	Oid relation = table->relation;
	char *drop = psprintf("DROP TABLE %s", RelationSqlName(relation));

	CheckRelationOwner(relation);
	EndStream(table);
	if (IndexBuildIsNeeded(&table->definition))
		IndexBuildStop(relation);
	ViewsDrop(&table->definition, relation);
	ExecuteDdl(drop);
	CatalogDelete(name);
	StatisticsForget(relation);
}

/* What the command has dropped, as a row for each object. */
static Tuplestorestate *
DroppedObjects(ReturnSetInfo *result)
{
	LOCAL_FCINFO(call, 0);
	FmgrInfo function;

	fmgr_info(F_PG_EVENT_TRIGGER_DROPPED_OBJECTS, &function);
	*result = (ReturnSetInfo){ .type = T_ReturnSetInfo,
		                       .econtext = CreateStandaloneExprContext(),
		                       .allowedModes = SFRM_Materialize };
	InitFunctionCallInfoData(*call, &function, 0, InvalidOid, NULL, (Node *) result);
	(void) pg_event_trigger_dropped_objects(call);
	return result->setResult;
}

/* Columns of pg_event_trigger_dropped_objects. */
enum
{
	DROPPED_CLASS = 1,
	DROPPED_OBJECT,
	DROPPED_PART,
	DROPPED_IS_TEMPORARY = 6,
	DROPPED_TYPE,
	DROPPED_NAME = 9
};

/* Whether the row is of a relation that could be a table's; sets its OID. */
static bool
IsRelation(TupleTableSlot *row, Oid *relation)
{
	bool null;

	*relation = DatumGetObjectId(slot_getattr(row, DROPPED_OBJECT, &null));
	return DatumGetObjectId(slot_getattr(row, DROPPED_CLASS, &null)) == RelationRelationId &&
	       DatumGetInt32(slot_getattr(row, DROPPED_PART, &null)) == 0 &&
	       !DatumGetBool(slot_getattr(row, DROPPED_IS_TEMPORARY, &null));
}

static bool
TextIs(TupleTableSlot *row, int column, const char *literal)
{
	bool null;
	Datum value = slot_getattr(row, column, &null);

	return !null && strcmp(TextDatumGetCString(value), literal) == 0;
}

/* Whether the name of what was dropped is that of a leaf's key index. */
static bool
HasKeyName(TupleTableSlot *row)
{
	bool null;
	Datum value = slot_getattr(row, DROPPED_NAME, &null);
	Bytes name;

	if (null)
		return false;
	name = BytesFromCString(TextDatumGetCString(value));
	return name.length > (int) strlen(KEY_INDEX_ENDING) &&
	       strcmp(name.data + name.length - strlen(KEY_INDEX_ENDING), KEY_INDEX_ENDING) == 0;
}

/* What one command has dropped, as far as it concerns tables of ours. */
typedef struct Drop
{
	List *relations; /* plain tables, as leaves are */
	List *leaves;    /* of tables that are no more */
	bool key_index;  /* one that could be a leaf's */
} Drop;

static void
ForgetRelation(Drop *drop, TupleTableSlot *row)
{
	Oid relation;
	List *leaves;

	if (!IsRelation(row, &relation))
		return;
	leaves = CatalogForget(relation);
	if (leaves != NIL && RecoveryIsOn(relation))
		RaiseRecoveryIsOn("DROP TABLE");
	if (leaves != NIL && TableHasReplicas(relation))
		RaiseHasReplicas("DROP TABLE");
	if (leaves != NIL && StreamEndDropped(relation))
		StreamUpkeepStart();
	if (leaves != NIL)
		DestinationsForget(relation);
	drop->leaves = list_concat(drop->leaves, leaves);
	StatisticsForget(relation);
	if (TextIs(row, DROPPED_TYPE, "table"))
		drop->relations = lappend_oid(drop->relations, relation);
	else if (TextIs(row, DROPPED_TYPE, "index") && HasKeyName(row))
		drop->key_index = true;
}

static void
RaiseLeafDropped(Bytes table)
{
	ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
	                errmsg("cannot drop a partition of DynamoDB table \"%.*s\" without the table",
	                       BYTES_ARGS(table)),
	                errhint("Drop the whole table, or first the partition's key index, which"
	                        " makes the table unusable.")));
}

static int
OidsToSorted(List *list, Oid **oids)
{
	ListCell *cell;
	int count = 0;

	*oids = palloc_array(Oid, list_length(list) + 1);
	foreach (cell, list)
		(*oids)[count++] = lfirst_oid(cell);
	qsort(*oids, count, sizeof(Oid), oid_cmp);
	return count;
}

/*
 * A table without one of its leaves would go on, for plain SQL, with a part of its items. The
 * catalog is read for that only where a leaf may be among what was dropped: with its key index,
 * and not with its table.
 */
static void
CheckLeaves(const Drop *drop)
{
	List *others = list_difference_oid(drop->relations, drop->leaves);
	Oid *relations;
	Bytes table;
	int count;

	if (!drop->key_index || others == NIL)
		return;
	count = OidsToSorted(others, &relations);
	if (CatalogFindLeaf(relations, count, &table))
		RaiseLeafDropped(table);
}

/*
 * Event trigger on sql_drop: removes the rows of tables that are no more. It looks
 * for what was dropped alone, since it runs after any DROP in the database.
 */
Datum
dynamo_forget_dropped_tables(PG_FUNCTION_ARGS)
{
	ReturnSetInfo result;
	Tuplestorestate *objects;
	TupleTableSlot *row;
	Drop drop = { 0 };

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("forget_dropped_tables must be called as an event trigger")));
	if (!CatalogExists())
		PG_RETURN_NULL();
	objects = DroppedObjects(&result);
	row = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(objects, true, false, row))
		ForgetRelation(&drop, row);
	ExecDropSingleTupleTableSlot(row);
	tuplestore_end(objects);
	FreeExprContext(result.econtext, true);
	CheckLeaves(&drop);
	PG_RETURN_NULL();
}

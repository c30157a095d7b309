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

#include "storage/relation/catalog.h"
#include "storage/relation/ddl.h"
#include "storage/index/pending_build.h"
#include "storage/relation/relation_name.h"
#include "storage/statistics.h"
#include "storage/relation/view.h"

PG_FUNCTION_INFO_V1(dynamo_forget_dropped_tables);

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
	if (IndexBuildIsNeeded(&table->definition))
		IndexBuildStop(relation);
	ViewDrop(name, relation);
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
	DROPPED_IS_TEMPORARY = 6
};

/* Whether the row is of a relation that could be a table; sets its OID. */
static bool
IsRelation(TupleTableSlot *row, Oid *relation)
{
	bool null;

	*relation = DatumGetObjectId(slot_getattr(row, DROPPED_OBJECT, &null));
	return DatumGetObjectId(slot_getattr(row, DROPPED_CLASS, &null)) == RelationRelationId &&
	       DatumGetInt32(slot_getattr(row, DROPPED_PART, &null)) == 0 &&
	       !DatumGetBool(slot_getattr(row, DROPPED_IS_TEMPORARY, &null));
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
	Oid relation;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("forget_dropped_tables must be called as an event trigger")));
	if (!CatalogExists())
		PG_RETURN_NULL();
	objects = DroppedObjects(&result);
	row = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(objects, true, false, row))
	{
		if (!IsRelation(row, &relation))
			continue;
		CatalogForget(relation);
		StatisticsForget(relation);
	}
	ExecDropSingleTupleTableSlot(row);
	tuplestore_end(objects);
	FreeExprContext(result.econtext, true);
	PG_RETURN_NULL();
}

/*
 * Triggers of the extension's own tables, for what a restore brings into them.
 *
 * The owner of the database, who may insert there, need be no superuser, and so must not make rows
 * for the tables of others, or rows that others cannot read. dynamo itself writes without triggers.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "json/kept_json.h"
#include "operation/arn.h"
#include "operation/index/index_definition.h"
#include "operation/throughput/table_settings.h"
#include "storage/query/ddl.h"
#include "storage/stream/upkeep_start.h"
#include "storage/catalog/definition.h"
#include "storage/catalog/restored_row.h"
#include "storage/catalog/stream.h"

/* More than the longest definition, and the most settings, that requests can make. */
#define MAX_KEPT_SIZE (1024 * 1024)

PG_FUNCTION_INFO_V1(dynamo_check_restored_table);
PG_FUNCTION_INFO_V1(dynamo_check_restored_activity);

static TriggerData *
InsertTrigger(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ||
	    !TRIGGER_FIRED_BEFORE(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("this function must be called by a trigger before an insert")));
	return trigger;
}

/* The columns' own constraints are checked only after the trigger. */
static bool
LacksValues(Relation catalog, HeapTuple tuple)
{
	TupleDesc columns = RelationGetDescr(catalog);

	for (int i = 0; i < columns->natts; i++)
		if (TupleDescAttr(columns, i)->attnotnull && heap_attisnull(tuple, i + 1, columns))
			return true;
	return false;
}

static void
CheckName(Bytes name)
{
	if (!TableNameIsWellFormed(name))
		KeptFault("name", "is no name of a table");
}

static void
CheckSize(const Jsonb *value, const char *name)
{
	if (value != NULL && VARSIZE(value) > MAX_KEPT_SIZE)
		KeptFault(name, "is too long");
}

/* As dynamo itself would write it: views and other roles' operations read these rows. */
static void
Rewrite(CatalogRow *row, const TableDefinition *definition, int next_index)
{
	row->definition = DefinitionToJsonb(definition, next_index);
	row->stream = StreamToJsonb(StreamFromJsonb(row->stream, NULL), &definition->key);
	if (row->settings != NULL)
		row->settings = TableSettingsWrite(TableSettingsFromJsonb(row->settings));
}

Datum
dynamo_check_restored_table(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = InsertTrigger(fcinfo);
	TupleDesc columns = RelationGetDescr(trigger->tg_relation);
	TableDefinition definition;
	int next_index;
	CatalogRow row;

	StreamUpkeepStart();
	if (superuser() || LacksValues(trigger->tg_relation, trigger->tg_trigtuple))
		return PointerGetDatum(trigger->tg_trigtuple);
	CatalogCheckColumns(trigger->tg_relation);
	CatalogRowOfTuple(columns, trigger->tg_trigtuple, &row);
	CheckName(row.name);
	CheckSize(row.definition, "definition");
	CheckSize(row.settings, "settings");
	CheckSize(row.stream, "stream");
	RestoredRowCheck(&row, &definition, &next_index);
	DefinitionCheck(&definition);
	Rewrite(&row, &definition, next_index);
	return PointerGetDatum(CatalogRowToTuple(columns, &row));
}

/* The table whose history the row belongs to; NULL where it has none. */
static const pg_uuid_t *
TableId(const TriggerData *trigger)
{
	TupleDesc columns = RelationGetDescr(trigger->tg_relation);
	int column = SPI_fnumber(columns, "table_id");
	bool null;
	Datum id;

	if (column <= 0 || SPI_gettypeid(columns, column) != UUIDOID)
		ereport(ERROR,
		        (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		         errmsg("the table of the trigger has no column \"table_id\" of type uuid")));
	id = SPI_getbinval(trigger->tg_trigtuple, columns, column, &null);
	return null ? NULL : DatumGetUUIDP(id);
}

/* Of a table that is not there, yet or any more, rows show nowhere: its id was made at random. */
Datum
dynamo_check_restored_activity(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = InsertTrigger(fcinfo);
	const pg_uuid_t *id = TableId(trigger);
	Oid relation;

	if (id != NULL && !superuser() && OidIsValid(relation = CatalogRelationOfId(id)))
		CheckRelationOwner(relation);
	return PointerGetDatum(trigger->tg_trigtuple);
}

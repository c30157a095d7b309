/*
 * Keeping the leaves of tables attached.
 *
 * DETACH PARTITION CONCURRENTLY commits before it is done, and no event says what was detached: so
 * the command is judged before it runs.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "commands/event_trigger.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"

#include "storage/catalog/catalog.h"
#include "storage/relation/routing.h"

PG_FUNCTION_INFO_V1(dynamo_keep_partitions);

static bool
IsLeaf(const Table *table, Oid relation)
{
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		if (table->leaves[leaf].relation == relation)
			return true;
	return false;
}

/* A table that is not whole does not work: its leaves may be moved, to mend it or to take it apart.
 */
static void
CheckDetach(Oid relation, const RangeVar *partition)
{
	Oid leaf = RangeVarGetRelid(partition, NoLock, true);
	Table *table;

	if (!OidIsValid(leaf))
		return;
	table = TableOpenRelation(relation);
	if (table == NULL)
		return;
	if (IsLeaf(table, leaf) && TableBrokenLeaf(table) < 0)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
		                errmsg("cannot detach partition \"%s\" of DynamoDB table \"%.*s\"",
		                       get_rel_name(leaf), BYTES_ARGS(table->definition.name)),
		                errhint("Drop the partition's key index first, which makes the table"
		                        " unusable.")));
	TableRelease(table);
}

static void
CheckCommand(const AlterTableStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_DetachPartition)
			CheckDetach(RangeVarGetRelid(statement->relation, NoLock, true),
			            castNode(PartitionCmd, command->def)->name);
	}
}

/* Event trigger on ddl_command_start of ALTER TABLE. */
Datum
dynamo_keep_partitions(PG_FUNCTION_ARGS)
{
	const EventTriggerData *event = (const EventTriggerData *) fcinfo->context;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("keep_partitions must be called as an event trigger")));
	if (IsA(event->parsetree, AlterTableStmt) && CatalogExists())
		CheckCommand((const AlterTableStmt *) event->parsetree);
	PG_RETURN_NULL();
}

/*
 * Hooks into commands.
 *
 * TRUNCATE and SET UNLOGGED of a table that can be restored to a point in time, or has replicas,
 * are refused, and so is what would have the rows of replicas written without stamps.
 *
 * After DROP EXTENSION, also by way of its schema or owner, upkeep is started at the commit, which
 * ends the capture worker and drops slot and origin.
 *
 * DROP DATABASE is refused by PostgreSQL while a slot of the database is in use; slots that are not
 * it drops itself. So the capture worker is ended before, under the lock of the database that DROP
 * DATABASE takes, which keeps it from being started again. The origin is dropped by another
 * database's upkeep. Where DROP DATABASE fails after all, upkeep starts the worker again.
 */
#include "change/upkeep/removal.h"

#include "postgres.h"

#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lmgr.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "change/upkeep/capture_control.h"
#include "compat.h"
#include "session/preload.h"
#include "storage/region/replica_catalog.h"
#include "storage/region/replicated_leaf.h"
#include "storage/stream/recovery_catalog.h"
#include "storage/stream/upkeep_start.h"

static object_access_hook_type previous_access_hook = NULL;
static ProcessUtility_hook_type previous_utility_hook = NULL;

static Oid
TableOfRelation(Oid relation)
{
	return get_rel_relispartition(relation) ? get_partition_parent(relation, true) : relation;
}

/* Refuses a command after whose changes WAL has nothing that could be undone, or sent. */
static void
CheckUndoable(Oid relation, const char *command)
{
	Oid table = TableOfRelation(relation);

	if (RecoveryIsOn(table))
		RaiseRecoveryIsOn(command);
	if (TableHasReplicas(table))
		RaiseHasReplicas(command);
}

/* What would take stamps away, or have rows written without them. */
static bool
TouchesStamps(const AlterTableStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_SetAccessMethod ||
		    ((command->subtype == AT_DropColumn || command->subtype == AT_AlterColumnType) &&
		     strcmp(command->name, STAMP_COLUMN) == 0))
			return true;
	}
	return false;
}

static bool
MakesUnlogged(const AlterTableStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->cmds)
		if (lfirst_node(AlterTableCmd, cell)->subtype == AT_SetUnLogged)
			return true;
	return false;
}

static void
CheckAlter(const AlterTableStmt *statement)
{
	Oid relation;

	if (!MakesUnlogged(statement) && !TouchesStamps(statement))
		return;
	relation = RangeVarGetRelid(statement->relation, NoLock, true);
	if (!OidIsValid(relation))
		return;
	if (MakesUnlogged(statement))
		CheckUndoable(relation, "SET UNLOGGED");
	else if (!ReplicasAreChanging() && TableHasReplicas(TableOfRelation(relation)))
		RaiseHasReplicas("ALTER TABLE of stamps or of the access method");
}

static void
CheckRename(const RenameStmt *statement)
{
	Oid relation;

	if (statement->renameType != OBJECT_COLUMN || strcmp(statement->subname, STAMP_COLUMN) != 0)
		return;
	relation = RangeVarGetRelid(statement->relation, NoLock, true);
	if (OidIsValid(relation) && TableHasReplicas(TableOfRelation(relation)))
		RaiseHasReplicas("RENAME of the column of stamps");
}

static void
NoticeDrop(ObjectAccessType access, Oid class, Oid object, int part, void *argument)
{
	if (previous_access_hook)
		previous_access_hook(access, class, object, part, argument);
	if (access == OAT_DROP && class == ExtensionRelationId &&
	    object == get_extension_oid("dynamo", true))
		StreamUpkeepStart();
	if (access == OAT_TRUNCATE && class == RelationRelationId)
		CheckUndoable(object, "TRUNCATE");
}

/* Only for who may drop it; the command says the rest. */
static void
EndCapture(const DropdbStmt *statement)
{
	Oid database = get_database_oid(statement->dbname, true);

	if (!OidIsValid(database) || database == MyDatabaseId ||
	    !DatabaseIsOwned(database, GetUserId()) || CaptureStateFind(database) == NULL)
		return;
	PreventInTransactionBlock(true, "DROP DATABASE");
	LockSharedObject(DatabaseRelationId, database, 0, AccessExclusiveLock);
	if (get_database_oid(statement->dbname, true) == database)
		CaptureStop(database);
}

static void
RunUtility(PlannedStmt *planned, const char *text, bool read_only, ProcessUtilityContext context,
           ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
           QueryCompletion *completion)
{
	if (IsA(planned->utilityStmt, DropdbStmt) && context == PROCESS_UTILITY_TOPLEVEL)
		EndCapture((const DropdbStmt *) planned->utilityStmt);
	if (IsA(planned->utilityStmt, AlterTableStmt))
		CheckAlter((const AlterTableStmt *) planned->utilityStmt);
	if (IsA(planned->utilityStmt, RenameStmt))
		CheckRename((const RenameStmt *) planned->utilityStmt);
	if (previous_utility_hook)
		previous_utility_hook(planned, text, read_only, context, parameters, environment, receiver,
		                      completion);
	else
		standard_ProcessUtility(planned, text, read_only, context, parameters, environment,
		                        receiver, completion);
}

void
RemovalInit(void)
{
	if (!IsPreloaded())
		return;
	previous_access_hook = object_access_hook;
	object_access_hook = NoticeDrop;
	previous_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = RunUtility;
}

#include "change/upkeep/reconcile.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "change/upkeep/capture_control.h"
#include "error/guard.h"
#include "maintenance/maintenance.h"
#include "storage/catalog/catalog.h"
#include "storage/catalog/stream.h"
#include "storage/relation/ddl.h"
#include "storage/relation/replica_identity.h"
#include "storage/stream/stream_catalog.h"

#define WORK "stream upkeep"

/* An enabled stream as the table's row has it. */
typedef struct TableOfStream
{
	Bytes name;
	Oid relation;
	int64 label;
	Jsonb *kept;
	bool enabled;
} TableOfStream;

/* --- tables --- */

static void
ReadKept(void *state)
{
	TableOfStream *table = state;
	const TableStream *stream = StreamFromJsonb(table->kept, NULL);

	table->label = stream->label;
	table->enabled = stream->enabled;
}

static bool
IsCorruption(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_DATA_CORRUPTED;
}

/* What one row has lost is to be seen by who reads it, and to keep no other from its turn. */
static void
AddTable(Oid relation, Bytes name, Jsonb *kept, void *argument)
{
	TableOfStream *table = palloc0_object(TableOfStream);
	List **tables = argument;

	*table = (TableOfStream){ .name = name, .relation = relation, .kept = kept };
	if (Guard(ReadKept, table, IsCorruption) == NULL && table->enabled &&
	    SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)))
		*tables = lappend(*tables, table);
}

/* In a transaction: the tables whose stream is enabled. */
static List *
StreamedTables(void)
{
	List *tables = NIL;

	if (CatalogExists())
		CatalogVisitStreams(AddTable, &tables);
	return tables;
}

static bool
HasStream(const TableOfStream *table)
{
	StreamRow row;

	return StreamRowFind(table->name, table->label, &row) && row.disabled == 0 &&
	       row.relation == table->relation;
}

/* The tables that have none, in the current context. */
static List *
TablesWithoutStream(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *without = NIL;
	ListCell *cell;

	StepBegin();
	foreach (cell, StreamedTables())
	{
		const TableOfStream *table = lfirst(cell);
		TableOfStream *copy;

		if (HasStream(table))
			continue;
		copy = MemoryContextAllocZero(caller, sizeof(TableOfStream));
		copy->label = table->label;
		copy->relation = table->relation;
		copy->name = BytesFromCString(MemoryContextStrdup(caller, BytesToCString(table->name)));
		MemoryContextSwitchTo(caller);
		without = lappend(without, copy);
		MemoryContextSwitchTo(TopTransactionContext);
	}
	StepCommit();
	MemoryContextSwitchTo(caller);
	return without;
}

typedef struct Renewal
{
	int64 label;
	bool done;
} Renewal;

static void
Renew(Table *table, void *state)
{
	Renewal *renewal = state;

	renewal->done = TableRenewStream(table, renewal->label, true);
}

/* Where a session holds the table for long it is left for the next round. */
static bool
TryRenew(Bytes name, int64 label)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool done = false;

	PG_TRY();
	{
		Renewal renewal = { .label = label };

		(void) MaintenanceTransaction(name, Renew, &renewal);
		done = renewal.done;
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, WORK, name);
	}
	PG_END_TRY();
	return done;
}

void
ReconcileTables(UpkeepRound *round)
{
	ListCell *cell;

	foreach (cell, TablesWithoutStream())
	{
		const TableOfStream *table = lfirst(cell);

		if (TryRenew(table->name, table->label))
			ereport(WARNING,
			        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			         errmsg("table \"%.*s\" has got a new stream", BYTES_ARGS(table->name)),
			         errdetail("The one before has ended, or is not that of this database.")));
		else
			round->soon = true;
	}
}

/* --- streams --- */

static bool
TableHas(List *tables, const StreamRow *row)
{
	ListCell *cell;

	foreach (cell, tables)
	{
		const TableOfStream *table = lfirst(cell);

		if (table->label == row->label && table->relation == row->relation &&
		    BytesEqual(table->name, row->table))
			return true;
	}
	return false;
}

/* In a transaction: the enabled streams that no table has. */
static List *
StreamsWithoutTable(void)
{
	List *tables = StreamedTables();
	List *without = NIL;
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		StreamRow *row = lfirst(cell);

		if (row->disabled == 0 && !TableHas(tables, row))
			without = lappend(without, row);
	}
	return without;
}

/* Under a lock that lets no stream begin between the reading of both catalogs. */
static void
EndStreams(void)
{
	ListCell *cell;

	if (!StreamCatalogLock(ShareRowExclusiveLock))
		return;
	foreach (cell, StreamsWithoutTable())
	{
		const StreamRow *row = lfirst(cell);

		StreamEnd(row->table, row->label, InvalidOid, false);
		ereport(WARNING, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                  errmsg("a stream of table \"%.*s\" ends", BYTES_ARGS(row->table)),
		                  errdetail("The table is gone, or has another stream.")));
	}
}

/* Who owns a table may read its stream when it is gone, if the drop could not tell. */
static void
KeepOwners(void)
{
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		const StreamRow *row = lfirst(cell);
		Oid owner = RelationOwner(row->relation);

		if (row->disabled == 0 && OidIsValid(owner) && owner != row->owner &&
		    ConditionalLockRelationOid(row->relation, ShareUpdateExclusiveLock))
			StreamSetOwner(row, owner);
	}
}

void
ReconcileStreams(UpkeepRound *round)
{
	bool any;

	StepBegin();
	any = StreamsWithoutTable() != NIL;
	KeepOwners();
	StepCommit();
	if (!any)
		return;
	StepBegin();
	EndStreams();
	StepCommit();
}

/* --- broken streams --- */

/* The reason of what is broken, if it is not mended: the next stream's changes would be, too. */
static void
MendIdentity(Table *table, void *state)
{
	Oid *leaves = palloc_array(Oid, table->definition.partitions);
	bool whole = true;

	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		leaves[leaf] = table->leaves[leaf].relation;
		whole = whole && strcmp(ReplicaIdentityOf(leaves[leaf]), REPLICA_IDENTITY_NAME_FULL) == 0;
	}
	if (!whole && table->definition.stream != NULL && table->definition.stream->enabled)
		ReplicaIdentitySet(table->relation, leaves, table->definition.partitions,
		                   REPLICA_IDENTITY_NAME_FULL);
}

static void
TryMendIdentity(Bytes name)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		(void) MaintenanceTransaction(name, MendIdentity, NULL);
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, WORK, name);
	}
	PG_END_TRY();
}

/* The table's name in the current context; false where it is gone. */
static bool
NameOfTable(Oid relation, Bytes *name)
{
	MemoryContext caller = CurrentMemoryContext;
	bool found;

	StepBegin();
	found = CatalogExists() && CatalogFindRelation(relation, name);
	if (found)
		*name = BytesFromCString(MemoryContextStrdup(caller, BytesToCString(*name)));
	StepCommit();
	MemoryContextSwitchTo(caller);
	return found;
}

/*
 * Ends a stream whose table a session holds: the capture worker waits, and with it the streams of
 * all other tables. The table gets its new one in a later round.
 */
static bool
EndAlone(Bytes name, int64 label)
{
	StreamRow row;
	bool enabled;

	StepBegin();
	enabled = StreamRowFind(name, label, &row) && row.disabled == 0;
	if (enabled)
		StreamEnd(name, label, InvalidOid, true);
	StepCommit();
	return enabled;
}

static void
WarnOfBroken(Bytes name)
{
	ereport(WARNING,
	        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	         errmsg("the stream of table \"%.*s\" ends: changes are missing", BYTES_ARGS(name)),
	         errdetail("Some could not be decoded: the old items are not in WAL, as where the"
	                   " replica identity was changed by hand, or rows are no items."),
	         errhint("The table gets a new stream.")));
}

static void
EndBroken(const BrokenStream *broken, UpkeepRound *round)
{
	Bytes name;

	if (NameOfTable(broken->relation, &name))
	{
		TryMendIdentity(name);
		if (TryRenew(name, broken->label))
			WarnOfBroken(name);
		else if (EndAlone(name, broken->label))
		{
			WarnOfBroken(name);
			round->soon = true;
		}
	}
	CaptureBrokenForget(broken);
}

void
ReconcileBroken(UpkeepRound *round)
{
	ListCell *cell;

	foreach (cell, CaptureBroken())
		EndBroken(lfirst(cell), round);
}

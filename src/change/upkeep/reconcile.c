/*
 * See reconcile.h.
 */
#include "change/upkeep/reconcile.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "change/upkeep/capture_control.h"
#include "change/upkeep/stream_fault.h"
#include "error/guard.h"
#include "maintenance/maintenance.h"
#include "storage/catalog/catalog.h"
#include "storage/catalog/stream.h"
#include "storage/query/ddl.h"
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

/* What one row has lost is to be seen by who reads it, and to keep no other from its turn. */
static void
AddTable(Oid relation, Bytes name, Jsonb *kept, void *argument)
{
	TableOfStream *table = palloc0_object(TableOfStream);
	List **tables = argument;

	*table = (TableOfStream){ .name = name, .relation = relation, .kept = kept };
	if (Guard(ReadKept, table, ErrorIsCorruption) == NULL && table->enabled &&
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

typedef struct StreamSearch
{
	const TableOfStream *table;
	bool found;
} StreamSearch;

static void
SearchStream(void *state)
{
	StreamSearch *search = state;
	const TableOfStream *table = search->table;
	StreamRow row;

	search->found = StreamRowFind(table->name, table->label, &row) && row.disabled == 0 &&
	                row.relation == table->relation;
}

/* One whose row is broken is none. */
static bool
HasStream(const TableOfStream *table)
{
	StreamSearch search = { .table = table };

	return Guard(SearchStream, &search, ErrorIsCorruption) == NULL && search.found;
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

static void
RenewTable(void *member, UpkeepRound *round)
{
	const TableOfStream *table = member;

	if (TryRenew(table->name, table->label))
		ereport(WARNING, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                  errmsg("table \"%.*s\" has got a new stream", BYTES_ARGS(table->name)),
		                  errdetail("The one before has ended, or is not that of this database.")));
	else
		round->soon = true;
}

void
ReconcileTables(UpkeepRound *round)
{
	StepEach(TablesWithoutStream(), RenewTable, round);
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

/*
 * In a transaction: the enabled streams that no table has. What is enabled is read before the
 * tables are: one that has begun meanwhile is not looked for, one that has ended is disabled.
 */
static List *
StreamsWithoutTable(void)
{
	List *rows = StreamRows((Bytes){ NULL, 0 });
	List *tables = StreamedTables();
	List *without = NIL;
	ListCell *cell;

	foreach (cell, rows)
	{
		StreamRow *row = lfirst(cell);

		if (row->disabled == 0 && !TableHas(tables, row))
			without = lappend(without, row);
	}
	return without;
}

static void
EndStreams(void)
{
	ListCell *cell;

	foreach (cell, StreamsWithoutTable())
	{
		const StreamRow *row = lfirst(cell);

		if (!StreamTryLock(row))
			continue;
		/* What is written to a relation that goes on without its stream gets into none. */
		(void) StreamEnd(row->table, row->label, InvalidOid,
		                 get_rel_relkind(row->relation) != '\0');
		ereport(WARNING, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                  errmsg("a stream of table \"%.*s\" ends", BYTES_ARGS(row->table)),
		                  errdetail("The table is gone, or has another stream.")));
	}
}

static bool
RoleExists(Oid role)
{
	return SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role));
}

/*
 * Who owns a table may read its stream when it is gone, if the drop could not tell. A role that is
 * made under the oid of one that was dropped may not.
 */
static void
KeepOwners(void)
{
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		const StreamRow *row = lfirst(cell);
		Oid owner = RelationOwner(row->relation);

		if (row->disabled == 0 && OidIsValid(owner) && owner != row->owner &&
		    ConditionalLockRelationOid(row->relation, ShareUpdateExclusiveLock) &&
		    StreamTryLock(row))
			StreamSetOwner(row, owner);
		else if (!OidIsValid(owner) && OidIsValid(row->owner) && !RoleExists(row->owner))
			StreamSetOwner(row, InvalidOid);
	}
}

void
ReconcileStreams(UpkeepRound *round)
{
	StepBegin();
	KeepOwners();
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

static void
WarnOfBroken(Bytes name)
{
	ereport(WARNING,
	        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	         errmsg("the stream of table \"%.*s\" ends: changes are missing", BYTES_ARGS(name)),
	         errdetail("Some could not be decoded: the old items are not in WAL, as where the"
	                   " replica identity was changed by hand, rows are no items, or the table's"
	                   " row in dynamo.table_catalog is broken."),
	         errhint("The table gets a new stream.")));
}

/* Whether the row is of the stream, or of the one that the relation has now. */
static bool
IsOf(const StreamRow *row, const BrokenStream *broken)
{
	if (row->relation != broken->relation)
		return false;
	return broken->label == BROKEN_ANY_LABEL ? row->disabled == 0 : row->label == broken->label;
}

/* In a transaction. */
static bool
FindBroken(const BrokenStream *broken, StreamRow *found)
{
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		*found = *(const StreamRow *) lfirst(cell);
		if (IsOf(found, broken))
			return true;
	}
	return false;
}

/* False where there is none. Its name is in the current context. */
static bool
ReadBroken(const BrokenStream *broken, StreamRow *row)
{
	MemoryContext caller = CurrentMemoryContext;
	bool found;

	StepBegin();
	found = FindBroken(broken, row);
	if (found)
		row->table = BytesFromCString(MemoryContextStrdup(caller, BytesToCString(row->table)));
	else
		StreamFaultForget(broken);
	StepCommit();
	MemoryContextSwitchTo(caller);
	return found;
}

/*
 * Also of a stream that has been disabled, or whose table was dropped, since. False where a session
 * holds its row.
 */
static bool
EndAlone(const BrokenStream *broken, const StreamRow *row)
{
	StreamRow now;
	bool locked;

	StepBegin();
	locked = StreamRowFind(row->table, row->label, &now) && StreamTryLock(&now);
	if (locked)
	{
		if (!StreamEnd(now.table, now.label, InvalidOid, true))
			StreamNoteMissing(&now);
		StreamFaultForget(broken);
	}
	StepCommit();
	return locked;
}

/* Ends a stream whose table a session holds. The table gets its new one in a later round. */
static bool
TryEndAlone(const BrokenStream *broken, const StreamRow *row)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool done = false;

	PG_TRY();
	{
		done = EndAlone(broken, row);
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, WORK, row->table);
	}
	PG_END_TRY();
	return done;
}

/* What a session holds for long is left for the next round: the note stays. */
static void
EndBroken(void *member, UpkeepRound *round)
{
	const BrokenStream *broken = member;
	StreamRow row;

	if (!ReadBroken(broken, &row))
		return;
	if (row.disabled == 0)
	{
		TryMendIdentity(row.table);
		round->soon |= !TryRenew(row.table, row.label);
	}
	if (TryEndAlone(broken, &row))
		WarnOfBroken(row.table);
}

/* The note outlives the worker, which goes on when it is there. */
static void
NoteBroken(void)
{
	ListCell *cell;

	foreach (cell, CaptureBroken())
	{
		StepBegin();
		StreamFaultNote(lfirst(cell));
		StepCommit();
		CaptureBrokenForget(lfirst(cell));
	}
}

/* In the current context. */
static List *
NotedFaults(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *faults = NIL;
	ListCell *cell;

	StepBegin();
	foreach (cell, StreamFaults())
	{
		BrokenStream *copy = MemoryContextAlloc(caller, sizeof(BrokenStream));
		MemoryContext transaction = MemoryContextSwitchTo(caller);

		*copy = *(const BrokenStream *) lfirst(cell);
		faults = lappend(faults, copy);
		MemoryContextSwitchTo(transaction);
	}
	StepCommit();
	return faults;
}

void
ReconcileBroken(UpkeepRound *round)
{
	NoteBroken();
	StepEach(NotedFaults(), EndBroken, round);
}

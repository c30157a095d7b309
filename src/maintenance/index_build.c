/*
 * Building new global indexes in the background, and building and dropping
 * those of time to live.
 *
 * UpdateTable or UpdateTimeToLive starts a worker when its transaction commits, or
 * before: the worker waits for that transaction on the relation's lock; where it
 * aborted there is nothing to do. It builds the index of each leaf by CREATE INDEX
 * CONCURRENTLY, so writers go on, and makes the index ACTIVE in a transaction of its own. A
 * DELETING one is dropped the same way. What a crash leaves behind, such an
 * index and perhaps an invalid leaf index, is taken up by the next worker, which
 * TableResumeBuilds starts: maintenance calls it, and DescribeTable.
 *
 * Many tables may ask for more workers than there are, or than may build at once:
 * before a worker ends it does what tables are waiting for that have none.
 *
 * A worker holds IndexBuildLock of the table that it is at, at session level.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "backup/leaf_items.h"
#include "session/progress.h"
#include "session/worker_session.h"
#include "storage/access_method.h"
#include "storage/index/build_worker.h"
#include "storage/catalog/catalog.h"
#include "storage/index/concurrent_index.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/index/pending_build.h"
#include "storage/relation/lock.h"
#include "storage/index/index_ddl.h"
#include "maintenance/index_rebuild.h"
#include "maintenance/known_fault.h"
#include "storage/index/leaf_index.h"
#include "maintenance/maintenance.h"
#include "storage/relation/object_comment.h"
#include "storage/query/relation_name.h"
#include "storage/relation/routing.h"

#define BUILD_WORK "index build"

PGDLLEXPORT void DynamoIndexBuildMain(Datum argument);

/* What one leaf's index still needs. */
typedef struct LeafCommands
{
	Oid leaf;
	Oid drop;     /* an index, or none */
	char *create; /* or NULL */
	char *comment;
	int64 items; /* about as many */
} LeafCommands;

static int64
EstimateItems(Oid leaf)
{
	Relation relation = try_relation_open(leaf, AccessShareLock);
	int64 items = 0;

	if (relation == NULL)
		return 0;
	if (HasHeapPages(relation))
		items = LeafItemsEstimate(relation);
	relation_close(relation, NoLock);
	return items;
}

static LeafCommands
CommandsFor(const Table *table, const TableIndex *index, int leaf)
{
	char *name = LeafIndexName(table->definition.name, leaf, index->number);
	Oid relation = table->leaves[leaf].relation;
	LeafCommands commands = { .leaf = relation, .items = EstimateItems(relation) };
	Oid found = IndexOfLeaf(relation, name);
	bool valid = LeafIndexIsWhole(LeafIndexFind(table, index, leaf));

	/* What has the name may be the half that a crash has left, or another index of the owner's. */
	if (!valid || index->status == STATUS_DELETING)
		commands.drop = found;
	if (!valid && index->status != STATUS_DELETING)
		commands.create =
		    LeafIndexCommand(&table->definition, index, leaf, RelationSqlName(relation), true);
	commands.comment = LeafIndexComment(&table->definition, index, leaf);
	return commands;
}

/* One index that is to be built or dropped: what outlives a transaction. */
typedef struct Build
{
	Bytes table;
	int number;
	bool of_expiry;
	Oid owner; /* of the table */
	int leaf_count;
	LeafCommands *leaves;
} Build;

/* The next index to build or drop, in `context`; a global one is backfilling then. */
static bool
BeginBuild(Oid relation, MemoryContext context, Build *build)
{
	const TableIndex *index = NULL;
	Table *table;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpenRelation(relation);
	if (table != NULL)
		index = FirstUnfinishedIndex(&table->definition);
	if (index != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		if (index->status == STATUS_CREATING)
			TableCheckWhole(table);
		build->table = BytesFromCString(BytesToCString(table->definition.name));
		build->number = index->number;
		build->of_expiry = index->of_expiry;
		build->owner = RelationOwner(relation);
		build->leaf_count = table->definition.partitions;
		build->leaves = palloc_array(LeafCommands, build->leaf_count);
		for (int leaf = 0; leaf < build->leaf_count; leaf++)
			build->leaves[leaf] = CommandsFor(table, index, leaf);
		MemoryContextSwitchTo(caller);
		if (!index->of_expiry)
			TableSetIndexState(table, index->number, STATUS_CREATING, true);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
	return index != NULL;
}

static void
FinishBuild(Oid relation, const Build *build)
{
	Table *table;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpenRelation(relation);
	if (table != NULL && build->of_expiry)
		TableFinishTimeToLive(table);
	else if (table != NULL)
		TableSetIndexState(table, build->number, STATUS_ACTIVE, false);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

static void
BuildLeaf(const LeafCommands *commands)
{
	if (OidIsValid(commands->drop))
		DropIndexConcurrently(commands->leaf, commands->drop);
	if (commands->create != NULL)
		CreateIndexConcurrently(commands->leaf, commands->create, commands->comment);
}

/*
 * As the owner. Code of users runs inside PostgreSQL's functions alone, which let it change no
 * role; a security context of ours would reach into transactions that they begin, which must have
 * none.
 */
static void
BuildLeaves(const Build *build)
{
	SetUserIdAndSecContext(build->owner, 0);
	for (int leaf = 0; leaf < build->leaf_count; leaf++)
	{
		BuildLeaf(&build->leaves[leaf]);
		ProgressAdd(build->leaves[leaf].items, 0);
	}
	SetUserIdAndSecContext(GetSessionUserId(), 0);
}

static void
BeginProgress(const Build *build)
{
	int64 items = 0;

	for (int leaf = 0; leaf < build->leaf_count; leaf++)
		items += build->leaves[leaf].items;
	ProgressBegin(&(ProgressWork){ .kind = PROGRESS_INDEX_BUILD,
	                               .owner = build->owner,
	                               .table = build->table.data,
	                               .table_length = build->table.length });
	ProgressBeginPhase(PROGRESS_INDEXING, items);
}

/* Returns once the transaction that registered this worker has ended: a change holds this lock. */
static void
WaitForRegistration(Oid relation)
{
	StartTransactionCommand();
	LockRelationOid(relation, ShareUpdateExclusiveLock);
	CommitTransactionCommand();
}

/* Does the next index that is to be built or dropped; false where there is none. */
static bool
BuildNext(Oid relation, MemoryContext context)
{
	Build build;

	if (!BeginBuild(relation, context, &build))
		return false;
	BeginProgress(&build);
	BuildLeaves(&build);
	ProgressEnd();
	FinishBuild(relation, &build);
	MemoryContextReset(context);
	return true;
}

/* Builds and drops what the table needs. New indexes want those of the key, which may be missing.
 */
static void
BuildTable(Oid relation, MemoryContext context)
{
	while (IndexRebuildNext(relation, context) || BuildNext(relation, context))
		;
}

/* In a PG_CATCH. What was cancelled, as by a DeleteTable, is no fault. */
static void
EndError(MemoryContext caller, Oid relation)
{
	char subject[16];

	snprintf(subject, sizeof(subject), "%u", relation);
	MaintenanceEndError(caller, geterrcode() == ERRCODE_QUERY_CANCELED ? NULL : BUILD_WORK,
	                    BytesFromCString(subject));
	SetUserIdAndSecContext(GetSessionUserId(), 0);
}

static void
ForgetFault(Oid relation)
{
	char subject[16];

	snprintf(subject, sizeof(subject), "%u", relation);
	FaultIsOver(BUILD_WORK, BytesFromCString(subject));
}

/*
 * Under IndexBuildLock, which it releases. What is wrong with one table is not to
 * keep others waiting.
 */
static bool
TryBuildTable(Oid relation, MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	LOCKTAG tag = IndexBuildLock(relation);
	volatile bool built = false;
	volatile int sqlstate = 0;

	PG_TRY();
	{
		BuildTable(relation, context);
		ForgetFault(relation);
		built = true;
	}
	PG_CATCH();
	{
		sqlstate = geterrcode();
		EndError(caller, relation);
		MemoryContextReset(context);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	ProgressEndAll();
	if (!built)
		IndexRebuildEndError(relation, sqlstate);
	LockRelease(&tag, ExclusiveLock, true);
	MaintenanceCleanSession();
	return built;
}

/* Takes IndexBuildLock once the table's change has committed; false where that is cancelled. */
static bool
AwaitOrder(Oid relation)
{
	MemoryContext caller = CurrentMemoryContext;
	LOCKTAG tag = IndexBuildLock(relation);
	volatile bool holds = false;
	volatile bool ready = false;

	PG_TRY();
	{
		(void) LockAcquire(&tag, ExclusiveLock, true, false);
		holds = true;
		WaitForRegistration(relation);
		ready = true;
	}
	PG_CATCH();
	{
		EndError(caller, relation);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	if (holds && !ready)
		LockRelease(&tag, ExclusiveLock, true);
	return ready;
}

/* The table whose worker this is. */
static void
BuildOrdered(Oid relation, MemoryContext context)
{
	if (AwaitOrder(relation))
		(void) TryBuildTable(relation, context);
}

/* One of another table; false where a worker is at it, or it fails. */
static bool
BuildWaiting(Oid relation, MemoryContext context)
{
	LOCKTAG tag = IndexBuildLock(relation);

	if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	return TryBuildTable(relation, context);
}

static void
AddUnfinished(const CatalogRow *row, void *argument)
{
	TableDefinition definition = { .name = row->name };
	List **relations = argument;
	int next_index;

	DefinitionFromJsonb(row->definition, &definition, &next_index);
	if (IndexBuildIsNeeded(&definition))
		*relations = lappend_oid(*relations, row->relation);
}

/* The tables that need something built or dropped, in `context`. */
static List *
UnfinishedTables(MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	List *found = NIL;
	List *relations;

	StartTransactionCommand();
	CatalogVisit(AddUnfinished, &found);
	MemoryContextSwitchTo(context);
	relations = list_copy(found);
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return relations;
}

/* Other tables may wait by now. */
static void
BuildAllWaiting(MemoryContext context)
{
	MemoryContext list =
	    AllocSetContextCreate(TopMemoryContext, "dynamo waiting tables", ALLOCSET_SMALL_SIZES);
	bool built = true;

	while (built)
	{
		ListCell *cell;

		built = false;
		MemoryContextReset(list);
		foreach (cell, UnfinishedTables(list))
			built = BuildWaiting(lfirst_oid(cell), context) || built;
	}
	MemoryContextDelete(list);
}

void
DynamoIndexBuildMain(Datum argument)
{
	MemoryContext context;
	BuildOrder order;

	memcpy(&order, MyBgworkerEntry->bgw_extra, sizeof(order));
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	if (!BuildPlaceTake())
		proc_exit(0);
	WorkerSessionBegin(order.database, "index build", "0");
	context = AllocSetContextCreate(TopMemoryContext, "dynamo index build", ALLOCSET_DEFAULT_SIZES);
	BuildOrdered(order.relation, context);
	BuildAllWaiting(context);
	/* A table that waits since then may have found no place. */
	BuildPlaceGiveUp();
	if (BuildPlaceTake())
		BuildAllWaiting(context);
	proc_exit(0);
}

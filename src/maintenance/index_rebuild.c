/*
 * REINDEX CONCURRENTLY of each leaf's index or, where that is missing, half built or not as dynamo
 * defines it, DROP and CREATE INDEX CONCURRENTLY. The table's definition says how far that has
 * come, so that the next worker goes on after a crash. What a crash or cancel has left of the leaf
 * that was under way is dropped first.
 *
 * An error is no reason to try the same every minute: the index is given up, and stays as it is.
 */
#include "maintenance/index_rebuild.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "maintenance/maintenance.h"
#include "session/progress.h"
#include "storage/index/concurrent_index.h"
#include "storage/index/index_ddl.h"
#include "storage/index/leaf_index.h"
#include "storage/index/leftover_index.h"
#include "storage/relation/object_comment.h"
#include "storage/query/ddl.h"

/* One leaf's: what outlives a transaction. */
typedef struct LeafRebuild
{
	Bytes table;
	int number;
	int leaf_number;
	Oid owner; /* of the table */
	Oid leaf;
	List *drop;   /* of indexes */
	Oid index;    /* to be built anew; InvalidOid: none */
	char *create; /* or NULL */
	char *comment;
} LeafRebuild;

/* The number of the index whose leaf is under way; -1: none. */
static int under_way = -1;

/* The index of this number; false where there is none, or none any more. NULL is the key's. */
static bool
FindIndex(const TableDefinition *definition, int number, const TableIndex **index)
{
	*index = NULL;
	if (number == 0)
		return true;
	for (int i = 0; i < AllIndexCount(definition); i++)
		if (AnyIndex(definition, i)->number == number)
			*index = AnyIndex(definition, i);
	if (definition->time_to_live != NULL && definition->time_to_live->number == number)
		*index = definition->time_to_live;
	return *index != NULL;
}

static void
PlanLeaf(const Table *table, const TableIndex *index, LeafRebuild *rebuild)
{
	int leaf = rebuild->leaf_number;
	char *name = LeafIndexNameOf(&table->definition, index, leaf);
	Oid found = LeafIndexFind(table, index, leaf);

	rebuild->leaf = table->leaves[leaf].relation;
	LockRelationOid(rebuild->leaf, AccessShareLock);
	rebuild->drop = LeftoverIndexes(rebuild->leaf, name);
	if (LeafIndexIsWhole(found))
	{
		rebuild->index = found;
		return;
	}
	found = IndexOfLeaf(rebuild->leaf, name);
	if (OidIsValid(found))
		rebuild->drop = lappend_oid(rebuild->drop, found);
	rebuild->create =
	    LeafIndexCommand(&table->definition, index, leaf, RelationSqlName(rebuild->leaf), true);
	rebuild->comment = LeafIndexComment(&table->definition, index, leaf);
}

/* False where nothing is to be done, or no more of this index, which is recorded. */
static bool
Plan(Table *table, LeafRebuild *rebuild)
{
	const IndexRebuild *next = table->definition.rebuilds;
	const TableIndex *index;

	if (table->definition.rebuild_count == 0)
		return false;
	rebuild->number = next->number;
	rebuild->leaf_number = next->next_leaf;
	if (next->next_leaf >= table->definition.partitions ||
	    !FindIndex(&table->definition, next->number, &index))
	{
		TableEndRebuild(table, next->number);
		return true;
	}
	rebuild->table = BytesFromCString(BytesToCString(table->definition.name));
	rebuild->owner = RelationOwner(table->relation);
	PlanLeaf(table, index, rebuild);
	return true;
}

static bool
Begin(Oid relation, MemoryContext context, LeafRebuild *rebuild)
{
	Table *table;
	bool found = false;

	memset(rebuild, 0, sizeof(LeafRebuild));
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpenRelation(relation);
	if (table != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		found = Plan(table, rebuild);
		MemoryContextSwitchTo(caller);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
	return found;
}

static void
Run(const LeafRebuild *rebuild)
{
	ListCell *cell;

	foreach (cell, rebuild->drop)
		DropIndexConcurrently(rebuild->leaf, lfirst_oid(cell));
	if (OidIsValid(rebuild->index))
		ReindexConcurrently(rebuild->leaf, rebuild->index);
	else if (rebuild->create != NULL)
		CreateIndexConcurrently(rebuild->leaf, rebuild->create, rebuild->comment);
}

/* Records that a leaf is done or, where `given_up`, that the rest is not. */
static void
Record(Oid relation, int number, int next_leaf, bool given_up)
{
	Table *table;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpenRelation(relation);
	if (table != NULL && given_up)
		TableEndRebuild(table, number);
	else if (table != NULL)
		TableAdvanceRebuild(table, number, next_leaf);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

bool
IndexRebuildNext(Oid relation, MemoryContext context)
{
	LeafRebuild rebuild;

	if (!Begin(relation, context, &rebuild))
		return false;
	if (!OidIsValid(rebuild.leaf))
		return true;
	under_way = rebuild.number;
	ProgressBegin(&(ProgressWork){ .kind = PROGRESS_INDEX_BUILD,
	                               .owner = rebuild.owner,
	                               .table = rebuild.table.data,
	                               .table_length = rebuild.table.length });
	ProgressBeginPhase(PROGRESS_INDEXING, 0);
	SetUserIdAndSecContext(rebuild.owner, 0);
	Run(&rebuild);
	SetUserIdAndSecContext(GetSessionUserId(), 0);
	ProgressEnd();
	under_way = -1;
	Record(relation, rebuild.number, rebuild.leaf_number + 1, false);
	MemoryContextReset(context);
	return true;
}

/* A cancel, a shutdown, a lock, a lack of room. */
static bool
MayPass(int sqlstate)
{
	int class = ERRCODE_TO_CATEGORY(sqlstate);

	return class == ERRCODE_OPERATOR_INTERVENTION || class == ERRCODE_INSUFFICIENT_RESOURCES ||
	       class == ERRCODE_TRANSACTION_ROLLBACK || sqlstate == ERRCODE_LOCK_NOT_AVAILABLE;
}

void
IndexRebuildEndError(Oid relation, int sqlstate)
{
	MemoryContext caller = CurrentMemoryContext;
	int number = under_way;

	under_way = -1;
	if (number < 0 || MayPass(sqlstate))
		return;
	PG_TRY();
	{
		Record(relation, number, 0, true);
		ereport(LOG, (errmsg("dynamo has given up building an index of relation %u anew", relation),
		              errhint("See dynamo.check_table.")));
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, NULL, (Bytes){ NULL, 0 });
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
}

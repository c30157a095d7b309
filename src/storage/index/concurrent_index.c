/*
 * Building and dropping a leaf's index without keeping writers waiting.
 *
 * PostgreSQL's functions behind the commands are called with the relations' oids:
 * the worker that does it may do anything, and the owners of a schema and of its
 * tables may give a name to another relation at any time. The functions manage
 * transactions of their own: what outlives one is in a context that the next
 * command resets.
 */
#include "storage/index/concurrent_index.h"

#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "parser/parse_utilcmd.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "storage/query/ddl.h"
#include "storage/relation/object_comment.h"

/* Begins a transaction; the current context outlives it. */
static void
Begin(const char *activity)
{
	static MemoryContext context = NULL;

	/* PostgreSQL asserts it of each transaction, and its functions begin some. */
	Assert(!InLocalUserIdChange() && !InSecurityRestrictedOperation());
	if (context == NULL)
		context =
		    AllocSetContextCreate(TopMemoryContext, "dynamo index command", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(context);
	PortalContext = context; /* where commands keep what must outlive their own commits */
	debug_query_string = activity;
	pgstat_report_activity(STATE_RUNNING, activity);
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(context);
}

static void
End(MemoryContext caller)
{
	if (ActiveSnapshotSet())
		PopActiveSnapshot();
	CommitTransactionCommand();
	debug_query_string = NULL;
	pgstat_report_activity(STATE_IDLE, NULL);
	MemoryContextSwitchTo(caller);
}

/* As the commands do before they look at anything else. */
static void
LockLeaf(Oid leaf)
{
	LockRelationOid(leaf, ShareUpdateExclusiveLock);
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(leaf)))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("relation with OID %u does not exist", leaf)));
	CheckRelationOwner(leaf);
}

void
CreateIndexConcurrently(Oid leaf, const char *sql, const char *comment)
{
	MemoryContext caller = CurrentMemoryContext;
	IndexStmt *statement;
	ObjectAddress index;

	Begin(sql);
	statement = castNode(IndexStmt, linitial_node(RawStmt, pg_parse_query(sql))->stmt);
	LockLeaf(leaf);
	index = DefineIndexOf(leaf, transformIndexStmt(leaf, statement, sql));
	/* In the last of its transactions, without a snapshot or locks: the owner may have dropped it,
	 * or the leaf. */
	PushActiveSnapshot(GetTransactionSnapshot());
	LockRelationOid(leaf, ShareUpdateExclusiveLock);
	if (IndexGetRelation(index.objectId, true) == leaf)
		CommentOnRelation(index.objectId, comment);
	End(caller);
}

/* The command takes a name. It is the owner who runs it, whose own indexes alone could be meant. */
void
ReindexConcurrently(Oid leaf, Oid index)
{
	MemoryContext caller = CurrentMemoryContext;
	ReindexStmt *statement;
	char *sql;

	Begin("REINDEX INDEX CONCURRENTLY");
	LockLeaf(leaf);
	sql = psprintf("REINDEX INDEX CONCURRENTLY %s", RelationSqlName(index));
	statement = castNode(ReindexStmt, linitial_node(RawStmt, pg_parse_query(sql))->stmt);
	ExecReindex(NULL, statement, true);
	End(caller);
}

void
DropIndexConcurrently(Oid leaf, Oid index)
{
	ObjectAddress address = { .classId = RelationRelationId, .objectId = index };
	MemoryContext caller = CurrentMemoryContext;
	ObjectAddresses *objects;

	Begin("DROP INDEX CONCURRENTLY");
	LockLeaf(leaf);
	objects = new_object_addresses();
	if (IndexGetRelation(index, true) == leaf)
	{
		CheckRelationOwner(index);
		/* performDeletion would lock it exclusively. */
		add_exact_object_address(&address, objects);
		performMultipleDeletions(objects, DROP_RESTRICT, PERFORM_DELETION_CONCURRENTLY);
	}
	End(caller);
}

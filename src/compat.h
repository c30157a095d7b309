/*
 * Differences between the PostgreSQL versions that dynamo builds on. Every
 * #if on PG_VERSION_NUM stands here.
 */
#ifndef DYNAMO_COMPAT_H
#define DYNAMO_COMPAT_H

#include "postgres.h"

#include "lib/ilist.h"

#if PG_VERSION_NUM < 150000
#error "dynamo needs PostgreSQL 15 or later"
#endif

/* The lengths of variable-length values, which postgres.h had before. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Before the declaration of a function that does not return. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn _Noreturn
#endif

/* What table_tuple_update says of index entries, and the columns that block HOT. */
#if PG_VERSION_NUM >= 160000
#define UpdateIndexes TU_UpdateIndexes
#define NamespaceAclCheck(schema, role, mode) \
	object_aclcheck(NamespaceRelationId, schema, role, mode)
#define HotBlockingColumns(relation) ((relation)->rd_hotblockingattr)
#define HOT_BLOCKING_BITMAP INDEX_ATTR_BITMAP_HOT_BLOCKING
#else
#define UpdateIndexes bool
#define NamespaceAclCheck(schema, role, mode) pg_namespace_aclcheck(schema, role, mode)
#define HotBlockingColumns(relation) ((relation)->rd_indexattr)
#define HOT_BLOCKING_BITMAP INDEX_ATTR_BITMAP_ALL
#endif

#if PG_VERSION_NUM >= 160000
#define UPDATE_INDEXES_ALL TU_All
#define UpdateIndexesNone(updates) ((updates) == TU_None)
#define UpdateIndexesSummarizing(updates) ((updates) == TU_Summarizing)
#define IndexInfoSummarizing(info) ((info)->ii_Summarizing)
#else
#define UPDATE_INDEXES_ALL true
#define UpdateIndexesNone(updates) (!(updates))
#define UpdateIndexesSummarizing(updates) false
#define IndexInfoSummarizing(info) false
#endif

#if PG_VERSION_NUM >= 170000
#define IndexInsertCleanup(index, info) index_insert_cleanup(index, info)
#else
#define IndexInsertCleanup(index, info) ((void) 0)
#endif

/* Lets a query run without a look at privileges on the relation that its entry now names. */
#if PG_VERSION_NUM >= 160000
#define QueryOmitPrivileges(query, entry)                                                        \
	do                                                                                           \
	{                                                                                            \
		RTEPermissionInfo *info_ =                                                               \
		    list_nth_node(RTEPermissionInfo, (query)->rteperminfos, (entry)->perminfoindex - 1); \
		info_->relid = (entry)->relid;                                                           \
		info_->requiredPerms = 0;                                                                \
	} while (0)
#else
#define QueryOmitPrivileges(query, entry) ((entry)->requiredPerms = 0)
#endif

/* A relation's file. */
#if PG_VERSION_NUM >= 160000
#define RelationLocator(relation) ((relation)->rd_locator)
#define RelationFileNumber(relation) ((relation)->rd_locator.relNumber)
#else
#define RelationLocator(relation) ((relation)->rd_node)
#define RelationFileNumber(relation) ((relation)->rd_node.relNode)
#endif

/* A connection of libpqwalreceiver on which SQL can be run. */
#if PG_VERSION_NUM >= 170000
#define RemoteSessionConnect(connection, name, error) \
	walrcv_connect(connection, true, true, false, name, error)
#elif PG_VERSION_NUM >= 160000
#define RemoteSessionConnect(connection, name, error) \
	walrcv_connect(connection, true, false, name, error)
#else
#define RemoteSessionConnect(connection, name, error) walrcv_connect(connection, true, name, error)
#endif

/* A transaction's own message in the WAL, for logical decoding; one of no transaction. */
#if PG_VERSION_NUM >= 170000
#define LogTransactionMessage(prefix, text, length) \
	LogLogicalMessage(prefix, text, length, true, false)
#define LogMessageOutside(prefix, text, length) \
	LogLogicalMessage(prefix, text, length, false, false)
#else
#define LogTransactionMessage(prefix, text, length) LogLogicalMessage(prefix, text, length, true)
#define LogMessageOutside(prefix, text, length) LogLogicalMessage(prefix, text, length, false)
#endif

#if PG_VERSION_NUM >= 180000
#define IndexBeginScan(heap, index, snapshot, keys) \
	index_beginscan(heap, index, snapshot, NULL, keys, 0)
#else
#define IndexBeginScan(heap, index, snapshot, keys) index_beginscan(heap, index, snapshot, keys, 0)
#endif

/* What CREATE INDEX does with a relation of the caller's, without a look at its schema's
 * privileges. */
#if PG_VERSION_NUM >= 160000
#define DefineIndexOf(relation, statement)                                                       \
	DefineIndex(relation, statement, InvalidOid, InvalidOid, InvalidOid, -1, false, false, true, \
	            false, true)
#else
#define DefineIndexOf(relation, statement)                                                   \
	DefineIndex(relation, statement, InvalidOid, InvalidOid, InvalidOid, false, false, true, \
	            false, true)
#endif

/* All settings; the array, which is the caller's to free where it is not PostgreSQL's own. */
#if PG_VERSION_NUM >= 160000
#define GetSettings(count) get_guc_variables(count)
#define FreeSettings(settings) pfree(settings)
#else
#define GetSettings(count) (*(count) = GetNumConfigOptions(), get_guc_variables())
#define FreeSettings(settings) ((void) (settings))
#endif

/* Memory for what a setting's check hook hands on; NULL where there is none. */
#if PG_VERSION_NUM >= 160000
#define GucAlloc(size) guc_malloc(LOG, size)
#define GucFree(memory) guc_free(memory)
#else
#define GucAlloc(size) malloc(size)
#define GucFree(memory) free(memory)
#endif

/* A set of events for the life of the process. */
#if PG_VERSION_NUM >= 170000
#define NewWaitEventSet(count) CreateWaitEventSet(NULL, count)
#else
#define NewWaitEventSet(count) CreateWaitEventSet(TopMemoryContext, count)
#endif

/* The process of a virtual transaction; NULL where it is gone, and for a prepared transaction. */
#if PG_VERSION_NUM >= 170000
#define VirtualTransactionProcess(vxid) \
	((vxid).procNumber == INVALID_PROC_NUMBER ? NULL : ProcNumberGetProc((vxid).procNumber))
#else
#define VirtualTransactionProcess(vxid) BackendIdGetProc((vxid).backendId)
#endif

/* Since 15.4: what an interrupted DROP DATABASE leaves behind. */
#ifdef DATCONNLIMIT_INVALID_DB
#define DatabaseIsInvalid(form) ((form)->datconnlimit == DATCONNLIMIT_INVALID_DB)
#else
#define DatabaseIsInvalid(form) false
#endif

/* Since 18 a CHECK constraint may be there and not be enforced. */
#if PG_VERSION_NUM >= 180000
#define ConstraintIsEnforced(form) ((form)->conenforced)
#else
#define ConstraintIsEnforced(form) true
#endif

#if PG_VERSION_NUM >= 160000
#define FunctionIsExecutable(function, role) \
	(object_aclcheck(ProcedureRelationId, function, role, ACL_EXECUTE) == ACLCHECK_OK)
#else
#define FunctionIsExecutable(function, role) \
	(pg_proc_aclcheck(function, role, ACL_EXECUTE) == ACLCHECK_OK)
#endif

/* The number of this process among all that there may be. */
#if PG_VERSION_NUM >= 170000
#define OwnProcNumber() MyProcNumber
#else
#define OwnProcNumber() (MyProc == NULL ? -1 : MyProc->pgprocno)
#endif

/* A name for what an extension's process waits for. */
#if PG_VERSION_NUM >= 170000
#define NewWaitEvent(name) WaitEventExtensionNew(name)
#else
#define NewWaitEvent(name) ((void) (name), PG_WAIT_EXTENSION)
#endif

/* The postmaster's list of registered background workers. */
#if PG_VERSION_NUM >= 180000
typedef dlist_iter RegisteredWorkerIterator;
#define foreach_registered_worker(iterator) dlist_foreach(iterator, &BackgroundWorkerList)
#define RegisteredWorkerOf(iterator) \
	(&dlist_container(RegisteredBgWorker, rw_lnode, (iterator).cur)->rw_worker)
#else
typedef slist_iter RegisteredWorkerIterator;
#define foreach_registered_worker(iterator) slist_foreach(iterator, &BackgroundWorkerList)
#define RegisteredWorkerOf(iterator) \
	(&slist_container(RegisteredBgWorker, rw_lnode, (iterator).cur)->rw_worker)
#endif

/* A decoded tuple, NULL where WAL has none. */
#if PG_VERSION_NUM >= 170000
#define DecodedTuple(buffer) (buffer)
#else
#define DecodedTuple(buffer) ((buffer) != NULL ? &(buffer)->tuple : NULL)
#endif

/* Takes a replication slot for this process; raises an error where another one has it. */
#if PG_VERSION_NUM >= 180000
#define TakeReplicationSlot(name) ReplicationSlotAcquire(name, true, false)
#else
#define TakeReplicationSlot(name) ReplicationSlotAcquire(name, true)
#endif

/* This process's replication origin. */
#if PG_VERSION_NUM >= 160000
#define TakeReplicationOrigin(origin) replorigin_session_setup(origin, 0)
#else
#define TakeReplicationOrigin(origin) replorigin_session_setup(origin)
#endif

/* Whether PostgreSQL has given a slot up: what it would read has been removed. */
#if PG_VERSION_NUM >= 160000
#define SlotIsInvalidated(data) ((data)->invalidated != RS_INVAL_NONE)
#else
#define SlotIsInvalidated(data) ((data)->restart_lsn == InvalidXLogRecPtr)
#endif

/* Makes a slot of the current database, which goes with the process until it is persistent. */
#if PG_VERSION_NUM >= 170000
#define CreateEphemeralSlot(name) \
	ReplicationSlotCreate(name, true, RS_EPHEMERAL, false, false, false)
#else
#define CreateEphemeralSlot(name) ReplicationSlotCreate(name, true, RS_EPHEMERAL, false)
#endif

/* Whether a role may SET ROLE to another one. */
#if PG_VERSION_NUM >= 160000
#define MaySetRole(member, role) member_can_set_role(member, role)
#else
#define MaySetRole(member, role) is_member_of_role(member, role)
#endif

#if PG_VERSION_NUM >= 160000
#define DatabaseIsConnectable(database, role) \
	(object_aclcheck(DatabaseRelationId, database, role, ACL_CONNECT) == ACLCHECK_OK)
#else
#define DatabaseIsConnectable(database, role) \
	(pg_database_aclcheck(database, role, ACL_CONNECT) == ACLCHECK_OK)
#endif

#if PG_VERSION_NUM >= 160000
#define DatabaseIsOwned(database, role) object_ownercheck(DatabaseRelationId, database, role)
#define RelationIsOwned(relation, role) object_ownercheck(RelationRelationId, relation, role)
#else
#define DatabaseIsOwned(database, role) pg_database_ownercheck(database, role)
#define RelationIsOwned(relation, role) pg_class_ownercheck(relation, role)
#endif

#endif

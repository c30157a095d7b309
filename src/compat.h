/*
 * Differences between the PostgreSQL versions that dynamo builds on. Every
 * #if on PG_VERSION_NUM stands here.
 */
#ifndef DYNAMO_COMPAT_H
#define DYNAMO_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "dynamo needs PostgreSQL 15 or later"
#endif

/* What table_tuple_update says about index entries; where a relation keeps the columns that block HOT. */
#if PG_VERSION_NUM >= 160000
typedef TU_UpdateIndexes UpdateIndexes;
#define RelationOwnedBy(relation, role) object_ownercheck(RelationRelationId, relation, role)
#define HotBlockingColumns(relation) ((relation)->rd_hotblockingattr)
#define HOT_BLOCKING_BITMAP INDEX_ATTR_BITMAP_HOT_BLOCKING
#else
typedef bool UpdateIndexes;
#define RelationOwnedBy(relation, role) pg_class_ownercheck(relation, role)
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

/* A transaction's own message in the WAL, for logical decoding. */
#if PG_VERSION_NUM >= 170000
#define LogTransactionMessage(prefix, text, length)                                                \
	LogLogicalMessage(prefix, text, length, true, false)
#else
#define LogTransactionMessage(prefix, text, length) LogLogicalMessage(prefix, text, length, true)
#endif

#if PG_VERSION_NUM >= 180000
#define IndexBeginScan(heap, index, snapshot, keys)                                               \
	index_beginscan(heap, index, snapshot, NULL, keys, 0)
#else
#define IndexBeginScan(heap, index, snapshot, keys)                                               \
	index_beginscan(heap, index, snapshot, keys, 0)
#endif

/* What background work is not to be ended by. */
#if PG_VERSION_NUM >= 170000
#define DisableTransactionTimeout()                                                                \
	SetConfigOption("transaction_timeout", "0", PGC_USERSET, PGC_S_SESSION)
#else
#define DisableTransactionTimeout() ((void) 0)
#endif

/* Since 15.4: what an interrupted DROP DATABASE leaves behind. */
#ifdef DATCONNLIMIT_INVALID_DB
#define DatabaseIsInvalid(form) ((form)->datconnlimit == DATCONNLIMIT_INVALID_DB)
#else
#define DatabaseIsInvalid(form) false
#endif

#endif

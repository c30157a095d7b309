/*
 * What a backend knows of tables: TableOpen.
 *
 * An entry is built from the catalog and the relations' names, in a memory
 * context of its own. A relcache invalidation of the parent or of a leaf makes
 * it stale: the next TableOpen builds another, and the old one stays readable
 * until the transaction ends, as its callers may.
 *
 * What a table costs is less its entry than what PostgreSQL keeps of its relations
 * and their indexes, some 14 kB a partition, and PostgreSQL gives nothing back by
 * itself. So where a session knows too many partitions, it forgets all it knows, as
 * after a burst of invalidations.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/sinval.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "compat.h"
#include "error/error.h"
#include "session/lock_wait.h"
#include "storage/access_method.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/index/leaf_index.h"
#include "storage/query/relation_name.h"
#include "storage/relation/routing.h"
#include "storage/catalog/stream.h"
#include "storage/storage.h"

#define MAX_TABLE_NAME 255

/* One table that this backend knows, by name. */
typedef struct CacheEntry
{
	char name[MAX_TABLE_NAME + 1]; /* hash key */
	Table *table;                  /* NULL: to be built */
	MemoryContext context;         /* holds `table` */
	bool stale;
} CacheEntry;

/* Which entry a relation's invalidation concerns. */
typedef struct RelationEntry
{
	Oid relation; /* hash key */
	CacheEntry *entry;
} RelationEntry;

static HTAB *entries;
static HTAB *relations;
static MemoryContext cache_context;
static bool some_stale;      /* entries, to be forgotten when the next one is built */
static int known_partitions; /* of the entries' tables */
/* Tables that became stale in this transaction; deleted at its end. */
static MemoryContext retired_context;

static void
ForgetRelation(const CacheEntry *entry, Oid relation)
{
	const RelationEntry *watched = hash_search(relations, &relation, HASH_FIND, NULL);

	if (watched != NULL && watched->entry == entry)
		(void) hash_search(relations, &relation, HASH_REMOVE, NULL);
}

static void
ForgetRelations(const CacheEntry *entry)
{
	const Table *table = entry->table;

	ForgetRelation(entry, table->relation);
	for (int i = 0; i < table->definition.partitions; i++)
		ForgetRelation(entry, table->leaves[i].relation);
}

static void
Retire(CacheEntry *entry)
{
	ForgetRelations(entry);
	known_partitions -= entry->table->definition.partitions;
	if (retired_context == NULL)
		retired_context =
		    AllocSetContextCreate(cache_context, "dynamo retired tables", ALLOCSET_SMALL_SIZES);
	MemoryContextSetParent(entry->context, retired_context);
	entry->context = NULL;
	entry->table = NULL;
	entry->stale = false;
}

static void
MarkAllStale(void)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
		entry->stale = some_stale = true;
}

/* Runs at any moment that takes invalidations: only sets a flag. */
static void
InvalidateRelation(Datum argument, Oid relation)
{
	RelationEntry *found;

	if (entries == NULL)
		return;
	if (!OidIsValid(relation))
	{
		MarkAllStale();
		return;
	}
	found = hash_search(relations, &relation, HASH_FIND, NULL);
	if (found != NULL)
		found->entry->stale = some_stale = true;
}

static void
DeleteRetired(XactEvent event, void *argument)
{
	if (retired_context == NULL)
		return;
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
	{
		MemoryContextDelete(retired_context);
		retired_context = NULL;
	}
}

static void
CreateCache(void)
{
	HASHCTL names = { .keysize = MAX_TABLE_NAME + 1, .entrysize = sizeof(CacheEntry) };
	HASHCTL oids = { .keysize = sizeof(Oid), .entrysize = sizeof(RelationEntry) };
	HTAB *by_name;

	if (entries != NULL)
		return;
	if (cache_context == NULL)
		cache_context =
		    AllocSetContextCreate(CacheMemoryContext, "dynamo tables", ALLOCSET_DEFAULT_SIZES);
	names.hcxt = oids.hcxt = cache_context;
	by_name = hash_create("dynamo tables", 64, &names, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	relations =
	    hash_create("dynamo table relations", 256, &oids, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterRelcacheCallback(InvalidateRelation, (Datum) 0);
	RegisterXactCallback(DeleteRetired, NULL);
	entries = by_name;
}

/*
 * A relation that two rows of the catalog name, as a superuser can make them, is watched for the
 * later entry, and the other one is built again when it is next used.
 */
static void
WatchRelation(CacheEntry *entry, Oid relation)
{
	bool found;
	RelationEntry *watched = hash_search(relations, &relation, HASH_ENTER, &found);

	if (found && watched->entry != entry)
		watched->entry->stale = some_stale = true;
	watched->entry = entry;
}

static void
WatchRelations(CacheEntry *entry, const CatalogRow *row)
{
	WatchRelation(entry, row->relation);
	for (int i = 0; i < row->leaf_count; i++)
		WatchRelation(entry, row->leaves[i]);
}

static void
ForgetRelationsOfRow(const CacheEntry *entry, const CatalogRow *row)
{
	ForgetRelation(entry, row->relation);
	for (int i = 0; i < row->leaf_count; i++)
		ForgetRelation(entry, row->leaves[i]);
}

static void
FindLeafIndexes(Table *table, int leaf)
{
	table->leaves[leaf].key_index = LeafIndexFind(table, NULL, leaf);
	for (int i = 0; i < AllIndexCount(&table->definition); i++)
	{
		TableIndex *index = AnyIndex(&table->definition, i);

		index->leaf_indexes[leaf] = LeafIndexFind(table, index, leaf);
	}
	if (table->definition.time_to_live != NULL)
		table->definition.time_to_live->leaf_indexes[leaf] =
		    LeafIndexFind(table, table->definition.time_to_live, leaf);
}

static void
FindLeaves(Table *table, const CatalogRow *row)
{
	table->definition.partitions = row->leaf_count;
	table->leaves = palloc_array(TableLeaf, row->leaf_count);
	for (int i = 0; i < AllIndexCount(&table->definition); i++)
		AnyIndex(&table->definition, i)->leaf_indexes = palloc_array(Oid, row->leaf_count);
	if (table->definition.time_to_live != NULL)
		table->definition.time_to_live->leaf_indexes = palloc_array(Oid, row->leaf_count);
	for (int leaf = 0; leaf < row->leaf_count; leaf++)
	{
		table->leaves[leaf].relation = row->leaves[leaf];
		FindLeafIndexes(table, leaf);
	}
}

/* Whether what the cache says of the leaf is no longer known to be true. */
static bool
LeafMayHaveChanged(const Table *table, Oid leaf)
{
	const RelationEntry *found = hash_search(relations, &leaf, HASH_FIND, NULL);

	return found == NULL || found->entry->stale || found->entry->table != table;
}

static void
RaiseNotWhole(const Table *table, int leaf)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("partition %d of table \"%.*s\" or its key index is missing", leaf,
	                       BYTES_ARGS(table->definition.name)),
	                errhint("It must be attached, and its unique index on the key, a valid one, "
	                        "must be called \"%s\".",
	                        LeafKeyIndexName(table->definition.name, leaf))));
}

static void
RaiseNoHeap(const Table *table, Relation leaf)
{
	ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
	                errmsg("partition \"%s\" of table \"%.*s\" is no table of the access method"
	                       " dynamo or heap",
	                       RelationGetRelationName(leaf), BYTES_ARGS(table->definition.name))));
}

Relation
TableLeafOpen(Table *table, int number, LOCKMODE lock)
{
	TableLeaf *leaf = &table->leaves[number];
	Relation relation;

	LockWaitRelation(leaf->relation, lock);
	relation = table_open(leaf->relation, NoLock);
	if (!HasHeapPages(relation))
		RaiseNoHeap(table, relation);
	if (LeafMayHaveChanged(table, leaf->relation))
		FindLeafIndexes(table, number);
	if (!OidIsValid(leaf->key_index))
		RaiseNotWhole(table, number);
	return relation;
}

static Table *
TableFromRow(CatalogRow *row)
{
	Table *table = palloc0_object(Table);

	table->context = CurrentMemoryContext;
	table->definition.name = row->name;
	table->definition.settings = row->settings;
	DefinitionFromJsonb(row->definition, &table->definition, &table->next_index);
	table->definition.stream = StreamFromJsonb(row->stream, NULL);
	table->relation = row->relation;
	table->id = row->id;
	table->created = row->created;
	table->status = row->status;
	FindLeaves(table, row);
	return table;
}

/* Tables may be dropped and never asked for again. */
static void
ForgetStaleEntries(const CacheEntry *but)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	if (!some_stale)
		return;
	some_stale = false;
	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (entry == but || !entry->stale)
			continue;
		if (entry->table != NULL)
			Retire(entry);
		(void) hash_search(entries, entry->name, HASH_REMOVE, NULL);
	}
}

/* Where the row is not valid nothing is watched: an entry without a table may be forgotten. */
static Table *
WatchAndBuild(CacheEntry *entry, CatalogRow *row, uint64 messages)
{
	Table *table;

	PG_TRY();
	{
		WatchRelations(entry, row);
		entry->stale = SharedInvalidMessageCounter != messages;
		table = TableFromRow(row);
	}
	PG_CATCH();
	{
		ForgetRelationsOfRow(entry, row);
		PG_RE_THROW();
	}
	PG_END_TRY();
	return table;
}

/*
 * Builds the entry's table, which may be stale again at once: it is only good
 * once its relation is locked. It is stale too where any invalidation was taken
 * before its relations were watched. False where there is no such table.
 */
static bool
BuildEntry(CacheEntry *entry)
{
	uint64 messages = SharedInvalidMessageCounter;
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo table", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	CatalogRow row;
	bool found = CatalogRead(BytesFromCString(entry->name), &row) &&
	             SearchSysCacheExists1(RELOID, ObjectIdGetDatum(row.relation));

	if (found)
	{
		entry->table = WatchAndBuild(entry, &row, messages);
		entry->context = context;
		MemoryContextSetParent(context, cache_context);
		known_partitions += entry->table->definition.partitions;
	}
	MemoryContextSwitchTo(caller);
	if (!found)
		MemoryContextDelete(context);
	return found;
}

static void
ForgetAll(CacheEntry *but)
{
	InvalidateSystemCaches();
	but->stale = false;
	ForgetStaleEntries(but);
}

/* The entry's table, built anew where it is stale; NULL where there is none. */
static Table *
EntryTable(CacheEntry *entry)
{
	if (entry->table != NULL && entry->stale)
		Retire(entry);
	entry->stale = false;
	if (entry->table != NULL)
		return entry->table;
	ForgetStaleEntries(entry);
	if (known_partitions >= max_cached_partitions)
		ForgetAll(entry);
	return BuildEntry(entry) ? entry->table : NULL;
}

/* Needs the relation's lock: opening it may take invalidations. */
static void
CompleteTable(Table *table)
{
	Relation parent;

	if (table->routing != NULL)
		return;
	parent = table_open(table->relation, NoLock);
	table->routing = TableRoutingCreate(table, parent);
	table_close(parent, NoLock);
}

static void
CheckPrivileges(const Table *table, AclMode required)
{
	if (pg_class_aclmask(table->relation, GetUserId(), required, ACLMASK_ALL) != required)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(table->relation));
}

/*
 * Items are found by the leaves that the catalog names and by the names of
 * their key indexes: what users have detached, dropped or renamed must not go
 * unnoticed.
 */
void
TableCheckWhole(const Table *table)
{
	int leaf = TableBrokenLeaf(table);

	if (leaf < 0)
		return;
	/* Renaming an index back invalidates nothing here: mark the entry stale. */
	InvalidateRelation((Datum) 0, table->relation);
	RaiseNotWhole(table, leaf);
}

/* Items of a table that is being restored, or deleted with a backup, are not there for requests. */
static void
CheckHasItems(const Table *table)
{
	if (table->status == STATUS_CREATING || table->status == STATUS_DELETING)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_TABLE);
}

static LOCKMODE
LockFor(AclMode required)
{
	return (required & (ACL_INSERT | ACL_UPDATE | ACL_DELETE)) != 0 ? RowExclusiveLock
	                                                                : AccessShareLock;
}

static CacheEntry *
EnterName(const char *name)
{
	bool found;
	CacheEntry *entry = hash_search(entries, name, HASH_ENTER, &found);

	if (!found)
	{
		entry->table = NULL;
		entry->context = NULL;
		entry->stale = false;
	}
	return entry;
}

/*
 * Locks the entry's relation. What was read before the lock was granted may
 * have changed meanwhile: then it is read again.
 */
static Table *
LockTable(CacheEntry *entry, LOCKMODE lock)
{
	Table *table;

	while ((table = EntryTable(entry)) != NULL)
	{
		LockWaitRelation(table->relation, lock);
		if (!entry->stale)
			return table;
		UnlockRelationOid(table->relation, lock);
		CHECK_FOR_INTERRUPTS();
	}
	return NULL;
}

Table *
TableOpen(Bytes name, AclMode required)
{
	char key[MAX_TABLE_NAME + 1] = { 0 };
	CacheEntry *entry;
	Table *table;

	if (name.length == 0 || name.length > MAX_TABLE_NAME)
		return NULL;
	memcpy(key, name.data, name.length);
	if (strlen(key) != name.length)
		return NULL;
	CreateCache();
	entry = EnterName(key);
	table = LockTable(entry, LockFor(required));
	if (table == NULL)
	{
		(void) hash_search(entries, key, HASH_REMOVE, NULL);
		return NULL;
	}
	CompleteTable(table);
	if (required != 0)
	{
		CheckPrivileges(table, required);
		CheckHasItems(table);
		TableCheckWhole(table);
	}
	return table;
}

Table *
TableOpenRelation(Oid relation)
{
	Bytes name;

	return CatalogFindRelation(relation, &name) ? TableOpen(name, 0) : NULL;
}

void
TableRelease(const Table *table)
{
	UnlockRelationOid(table->relation, LockFor(0));
}

void
TableCheckReadable(const Table *table)
{
	if (!IsRelationOwner(table->relation))
		CheckPrivileges(table, ACL_SELECT);
}

void
TableCheckOwner(const Table *table)
{
	CheckRelationOwner(table->relation);
}

TableIndex *
TableFindIndex(const Table *table, Bytes name)
{
	for (int i = 0; i < table->definition.index_count; i++)
		if (BytesEqual(table->definition.indexes[i].name, name))
			return &table->definition.indexes[i];
	return NULL;
}

TableIndex *
TableFindVectorIndex(const Table *table, Bytes name)
{
	for (int i = 0; i < table->definition.vector_count; i++)
		if (BytesEqual(table->definition.vectors[i].name, name))
			return &table->definition.vectors[i];
	return NULL;
}

Bytes *
TableList(Bytes after, int limit, int *count)
{
	return CatalogNames(after, limit, count);
}

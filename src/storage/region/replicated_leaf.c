/*
 * See replicated_leaf.h.
 */
#include "storage/region/replicated_leaf.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/snapmgr.h"

#include "region/region_clock.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

/* Of dynamo.replica_catalog. */
#define REGION_COLUMN 2
#define PHASE_COLUMN 5

static const Oid catalog_types[] = { OIDOID,  INT4OID, TIMESTAMPTZOID, BOOLOID,
	                                 TEXTOID, TEXTOID, TEXTOID,        INT4OID,
	                                 INT8OID, INT8OID, TIMESTAMPTZOID, TEXTOID };

typedef struct KnownLeaf
{
	Oid leaf;
	Oid table;
	bool replicated;
	bool joining;
} KnownLeaf;

static HTAB *known_leaves = NULL;

AttrNumber
StampColumn(TupleDesc columns)
{
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && column->atttypid == INT8OID &&
		    strcmp(NameStr(column->attname), STAMP_COLUMN) == 0)
			return i + 1;
	}
	return InvalidAttrNumber;
}

static void
Forget(Datum argument, Oid relation)
{
	HASH_SEQ_STATUS status;
	KnownLeaf *leaf;

	if (OidIsValid(relation))
	{
		(void) hash_search(known_leaves, &relation, HASH_REMOVE, NULL);
		return;
	}
	hash_seq_init(&status, known_leaves);
	while ((leaf = hash_seq_search(&status)) != NULL)
		(void) hash_search(known_leaves, &leaf->leaf, HASH_REMOVE, NULL);
}

static void
Begin(void)
{
	HASHCTL control = { .keysize = sizeof(Oid), .entrysize = sizeof(KnownLeaf) };

	known_leaves = hash_create("dynamo leaves with stamps", 64, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(Forget, (Datum) 0);
}

static bool
IsJoining(HeapTuple row, TupleDesc columns)
{
	bool null;
	int region = DatumGetInt32(heap_getattr(row, REGION_COLUMN, columns, &null));
	Datum phase = heap_getattr(row, PHASE_COLUMN, columns, &null);

	return region == RegionNumber() && !null &&
	       strcmp(TextDatumGetCString(phase), REPLICA_CREATING) == 0;
}

/* Whether the table has rows, and the own region's says that it is being made. */
static bool
ReadState(Oid table, bool *joining)
{
	Oid catalog = DynamoRelation(FUNCTION_SCHEMA, "replica_catalog");
	Oid index = DynamoRelation(FUNCTION_SCHEMA, "replica_catalog_pkey");
	ScanKeyData key;
	Relation relation;
	SysScanDesc scan;
	HeapTuple row;
	bool found = false;

	*joining = false;

	if (!OidIsValid(catalog))
		return false; /* ALTER EXTENSION dynamo UPDATE is yet to come */
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
	relation = table_open(catalog, AccessShareLock);
	CheckOwnColumns(relation, catalog_types, lengthof(catalog_types), PHASE_COLUMN);
	scan = systable_beginscan(relation, index, OidIsValid(index), NULL, 1, &key);
	while ((row = systable_getnext(scan)) != NULL)
	{
		found = true;
		*joining = *joining || IsJoining(row, RelationGetDescr(relation));
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return found;
}

bool
TableHasReplicas(Oid table)
{
	bool joining;

	return ReadState(table, &joining);
}

/* The callback may run while the catalog is read, before the entry is there. */
static const KnownLeaf *
Know(Oid leaf)
{
	Oid table = get_partition_parent(leaf, true);
	bool joining = false;
	bool replicated = OidIsValid(table) && ReadState(table, &joining);
	bool found;
	KnownLeaf *known = hash_search(known_leaves, &leaf, HASH_ENTER, &found);

	known->table = table;
	known->replicated = replicated;
	known->joining = joining;
	return known;
}

bool
ReplicatedLeafFind(Relation leaf, ReplicatedLeaf *found)
{
	Oid oid = RelationGetRelid(leaf);
	const KnownLeaf *known;

	if (RelationGetDescr(leaf)->natts == 1 || !leaf->rd_rel->relispartition)
		return false;
	found->column = StampColumn(RelationGetDescr(leaf));
	if (found->column == InvalidAttrNumber)
		return false;
	if (known_leaves == NULL)
		Begin();
	known = hash_search(known_leaves, &oid, HASH_FIND, NULL);
	if (known == NULL)
		known = Know(oid);
	found->table = known->table;
	found->joining = known->joining;
	if (known->replicated && RegionNumber() == 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("a table that has replicas takes dynamo.region_number, and dynamo in"
		                       " shared_preload_libraries")));
	return known->replicated;
}

void
ReplicasChanged(Oid table)
{
	ListCell *cell;

	CacheInvalidateRelcacheByRelid(table);
	foreach (cell, find_inheritance_children(table, NoLock))
		CacheInvalidateRelcacheByRelid(lfirst_oid(cell));
}

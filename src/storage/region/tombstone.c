/*
 * See tombstone.h.
 */
#include "storage/region/tombstone.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "storage/query/ddl.h"
#include "storage/query/own_row.h"
#include "storage/query/relation_name.h"

#define COLUMNS 4

static const Oid types[COLUMNS] = { OIDOID, INT8OID, INT8OID, JSONBOID };

static Relation
Open(LOCKMODE lock)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, "tombstones");
	Relation relation;

	if (!OidIsValid(oid))
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("extension dynamo has no tombstones")));
	relation = table_open(oid, lock);
	CheckOwnColumns(relation, types, COLUMNS, COLUMNS);
	return relation;
}

void
TombstoneAdd(const DeletedKey *key, Stamp stamp)
{
	Relation relation = Open(RowExclusiveLock);
	Datum values[COLUMNS] = { ObjectIdGetDatum(key->table), Int64GetDatum((int64) key->hash),
		                      Int64GetDatum(stamp), JsonbPGetDatum((Jsonb *) key->key) };

	OwnRowInsert(relation, values);
	table_close(relation, RowExclusiveLock);
}

/* Of the row, where it is of the key and not only of its hash. */
static Stamp
StampOfRow(Relation relation, HeapTuple row, const DeletedKey *key)
{
	bool null;
	Jsonb *other = DatumGetJsonbP(heap_getattr(row, 4, RelationGetDescr(relation), &null));

	if (compareJsonbContainers(&other->root, (JsonbContainer *) &key->key->root) != 0)
		return 0;
	return DatumGetInt64(heap_getattr(row, 3, RelationGetDescr(relation), &null));
}

/* Its writers hold the key, so that what they have committed is all there is. */
Stamp
TombstoneFind(const DeletedKey *key)
{
	Relation relation = Open(AccessShareLock);
	Oid index = DynamoRelation(FUNCTION_SCHEMA, "tombstones_key");
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple row;
	Stamp latest = 0;

	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(key->table));
	ScanKeyInit(&keys[1], 2, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum((int64) key->hash));
	scan = systable_beginscan(relation, index, OidIsValid(index), SnapshotSelf, 2, keys);
	while ((row = systable_getnext(scan)) != NULL)
	{
		Stamp stamp = StampOfRow(relation, row, key);

		CHECK_FOR_INTERRUPTS();
		latest = Max(latest, stamp);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return latest;
}

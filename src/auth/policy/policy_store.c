/*
 * Reading the tables of policies.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "catalog/dependency.h"
#include "commands/extension.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "auth/policy/policy_store.h"
#include "compat.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

/* Columns in the order of the install script. */
enum
{
	POLICY_NAME = 1,
	POLICY_DOCUMENT,
	ROLE_POLICY_ROLE = 1,
	ROLE_POLICY_NAME,
	RESOURCE_POLICY_RELATION = 1,
	RESOURCE_POLICY_STREAM,
	RESOURCE_POLICY_DOCUMENT,
	RESOURCE_POLICY_REVISION
};

#define MOST_COLUMNS 5

typedef struct StoredTable
{
	const char *name;
	const char *key; /* its primary key's index */
	int columns;
	Oid types[MOST_COLUMNS];
} StoredTable;

static const StoredTable tables[POLICY_TABLES] = {
	[TABLE_POLICY] = { "policy", "policy_pkey", 3, { TEXTOID, TEXTOID, TIMESTAMPTZOID } },
	[TABLE_ROLE_POLICY] = { "role_policy",
	                        "role_policy_pkey",
	                        3,
	                        { REGROLEOID, TEXTOID, TIMESTAMPTZOID } },
	[TABLE_RESOURCE_POLICY] = { "resource_policy",
	                            "resource_policy_pkey",
	                            5,
	                            { REGCLASSOID, INT8OID, TEXTOID, TEXTOID, TIMESTAMPTZOID } },
};

Oid
PolicyTableOid(PolicyTable table)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, tables[table].name);
	Oid extension = get_extension_oid("dynamo", true);

	if (!OidIsValid(oid) || !OidIsValid(extension) ||
	    getExtensionOfObject(RelationRelationId, oid) != extension)
		return InvalidOid;
	return oid;
}

typedef struct StoreScan
{
	Relation relation;
	Snapshot snapshot;
	SysScanDesc scan;
} StoreScan;

/* False where there is no such table. */
static bool
BeginScan(StoreScan *scan, PolicyTable table, int key_count, ScanKey keys)
{
	Oid oid = PolicyTableOid(table);

	if (!OidIsValid(oid))
		return false;
	scan->relation = table_open(oid, AccessShareLock);
	CheckOwnColumns(scan->relation, tables[table].types, tables[table].columns,
	                tables[table].columns);
	scan->snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan->scan =
	    systable_beginscan(scan->relation, DynamoRelation(FUNCTION_SCHEMA, tables[table].key),
	                       key_count > 0, scan->snapshot, key_count, keys);
	return true;
}

static void
EndScan(StoreScan *scan)
{
	systable_endscan(scan->scan);
	UnregisterSnapshot(scan->snapshot);
	table_close(scan->relation, AccessShareLock);
}

bool
PolicyTableHasRows(PolicyTable table)
{
	StoreScan scan;
	bool found;

	if (!BeginScan(&scan, table, 0, NULL))
		return false;
	found = HeapTupleIsValid(systable_getnext(scan.scan));
	EndScan(&scan);
	return found;
}

static Datum
Column(const StoreScan *scan, HeapTuple row, int column)
{
	bool null;

	return heap_getattr(row, column, RelationGetDescr(scan->relation), &null);
}

static bool
HasName(const List *names, const char *name)
{
	ListCell *cell;

	foreach (cell, names)
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

List *
PolicyNamesOf(Oid role)
{
	List *names = NIL;
	StoreScan scan;
	HeapTuple row;

	if (!BeginScan(&scan, TABLE_ROLE_POLICY, 0, NULL))
		return NIL;
	while (HeapTupleIsValid(row = systable_getnext(scan.scan)))
	{
		char *name = TextDatumGetCString(Column(&scan, row, ROLE_POLICY_NAME));

		if (has_privs_of_role(role, DatumGetObjectId(Column(&scan, row, ROLE_POLICY_ROLE))) &&
		    !HasName(names, name))
			names = lappend(names, name);
	}
	EndScan(&scan);
	return names;
}

static Bytes
TextOf(const StoreScan *scan, HeapTuple row, int column)
{
	text *copy = DatumGetTextPCopy(Column(scan, row, column));

	return (Bytes){ VARDATA(copy), VARSIZE(copy) - VARHDRSZ };
}

bool
PolicyTextOf(const char *name, Bytes *text)
{
	StoreScan scan;
	ScanKeyData key;
	HeapTuple row;

	ScanKeyEntryInitialize(&key, 0, POLICY_NAME, BTEqualStrategyNumber, TEXTOID, C_COLLATION_OID,
	                       F_TEXTEQ, CStringGetTextDatum(name));
	if (!BeginScan(&scan, TABLE_POLICY, 1, &key))
		return false;
	row = systable_getnext(scan.scan);
	if (HeapTupleIsValid(row))
		*text = TextOf(&scan, row, POLICY_DOCUMENT);
	EndScan(&scan);
	return HeapTupleIsValid(row);
}

bool
ResourcePolicyTextOf(Oid relation, int64 stream, Bytes *text, Bytes *revision)
{
	StoreScan scan;
	ScanKeyData keys[2];
	HeapTuple row;

	ScanKeyInit(&keys[0], RESOURCE_POLICY_RELATION, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(relation));
	ScanKeyInit(&keys[1], RESOURCE_POLICY_STREAM, BTEqualStrategyNumber, F_INT8EQ,
	            Int64GetDatum(stream));
	if (!BeginScan(&scan, TABLE_RESOURCE_POLICY, 2, keys))
		return false;
	row = systable_getnext(scan.scan);
	if (HeapTupleIsValid(row))
	{
		*text = TextOf(&scan, row, RESOURCE_POLICY_DOCUMENT);
		*revision = TextOf(&scan, row, RESOURCE_POLICY_REVISION);
	}
	EndScan(&scan);
	return HeapTupleIsValid(row);
}

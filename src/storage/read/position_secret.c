/*
 * dynamo.position_secret, a table of one row, which belongs to the extension's
 * owner alone. Roles need no privilege on it here.
 */
#include "storage/read/position_secret.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "storage/relation/ddl.h"
#include "storage/relation/relation_name.h"

#define SECRET_NAME "position_secret"
#define SECRET_COLUMN 1

static Bytes
CopyBytes(Datum datum)
{
	bytea *value = DatumGetByteaPCopy(datum);

	return (Bytes){ VARDATA(value), VARSIZE(value) - VARHDRSZ };
}

Bytes
PositionSecret(void)
{
	Relation table = table_open(DynamoRelation(FUNCTION_SCHEMA, SECRET_NAME), AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, snapshot, 0, NULL);
	HeapTuple row = systable_getnext(scan);
	Bytes secret;
	bool null;

	if (!HeapTupleIsValid(row))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table dynamo.position_secret is empty"),
		                errhint("Insert a row of 32 random bytes.")));
	secret = CopyBytes(heap_getattr(row, SECRET_COLUMN, RelationGetDescr(table), &null));
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(table, AccessShareLock);
	return secret;
}

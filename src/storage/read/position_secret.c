/*
 * dynamo.position_secret, a table of one row, which belongs to the extension's
 * owner alone. Roles need no privilege on it here.
 */
#include "storage/read/position_secret.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

#define SECRET_NAME "position_secret"
#define SECRET_COLUMN 1
#define SECONDS_KEPT 60

static Bytes kept; /* its data in TopMemoryContext; NULL: none */
static TimestampTz kept_until;
static uint32 generation = 0;

static void
Forget(void)
{
	if (kept.data == NULL)
		return;
	explicit_bzero(unconstify(char *, kept.data), kept.length);
	pfree(unconstify(char *, kept.data));
	kept = (Bytes){ NULL, 0 };
}

static void
Keep(Datum datum)
{
	const bytea *value = DatumGetByteaPP(datum);
	int length = VARSIZE_ANY_EXHDR(value);
	char *copy = MemoryContextAlloc(TopMemoryContext, length);

	memcpy(copy, VARDATA_ANY(value), length);
	if (generation == 0 || !BytesEqual(kept, (Bytes){ copy, length }))
		generation++;
	Forget();
	kept = (Bytes){ copy, length };
	kept_until = GetCurrentTimestamp() + SECONDS_KEPT * USECS_PER_SEC;
}

static void
Read(void)
{
	Relation table = table_open(DynamoRelation(FUNCTION_SCHEMA, SECRET_NAME), AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, snapshot, 0, NULL);
	HeapTuple row = systable_getnext(scan);
	bool null;

	if (!HeapTupleIsValid(row))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table dynamo.position_secret is empty"),
		                errhint("Insert a row of 32 random bytes.")));
	Keep(heap_getattr(row, SECRET_COLUMN, RelationGetDescr(table), &null));
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(table, AccessShareLock);
}

Bytes
PositionSecret(void)
{
	if (kept.data == NULL || GetCurrentTimestamp() >= kept_until)
		Read();
	return kept;
}

uint32
PositionSecretGeneration(void)
{
	(void) PositionSecret();
	return generation;
}

bool
PositionSecretRenew(void)
{
	uint32 before = generation;

	Read();
	return generation != before;
}

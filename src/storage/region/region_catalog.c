/*
 * See region_catalog.h.
 */
#include "storage/region/region_catalog.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define SELECT_REGION "SELECT number, name, connection, owner FROM dynamo.region_catalog"

static void
ReadRegion(HeapTuple row, TupleDesc columns, void *state)
{
	List **regions = state;
	KnownRegion *region = palloc_object(KnownRegion);
	bool null;

	region->number = DatumGetInt32(heap_getattr(row, 1, columns, &null));
	region->name = TextDatumGetCString(heap_getattr(row, 2, columns, &null));
	region->connection = TextDatumGetCString(heap_getattr(row, 3, columns, &null));
	region->owner = DatumGetObjectId(heap_getattr(row, 4, columns, &null));
	*regions = lappend(*regions, region);
}

List *
KnownRegions(void)
{
	OwnQuery query = { .leaves_broken = true };
	List *regions = NIL;

	if (OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "region_catalog")))
		(void) OwnQueryRun(SELECT_REGION " ORDER BY number", &query, ReadRegion, &regions);
	return regions;
}

static KnownRegion *
FirstOf(const List *regions)
{
	return regions == NIL ? NULL : linitial(regions);
}

KnownRegion *
RegionNamed(Bytes name)
{
	OwnQuery query = { 0 };
	List *regions = NIL;

	OwnQueryAddText(&query, name);
	(void) OwnQueryRun(SELECT_REGION " WHERE name = $1", &query, ReadRegion, &regions);
	return FirstOf(regions);
}

KnownRegion *
RegionNumbered(int number)
{
	OwnQuery query = { 0 };
	List *regions = NIL;

	OwnQueryAdd(&query, INT4OID, Int32GetDatum(number));
	(void) OwnQueryRun(SELECT_REGION " WHERE number = $1", &query, ReadRegion, &regions);
	return FirstOf(regions);
}

void
RegionInsert(const KnownRegion *region)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT4OID, Int32GetDatum(region->number));
	OwnQueryAddCString(&query, region->name);
	OwnQueryAddCString(&query, region->connection);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(region->owner));
	(void) OwnQueryRun("INSERT INTO dynamo.region_catalog (number, name, connection, owner)"
	                   " VALUES ($1, $2, $3, $4) ON CONFLICT (number) DO UPDATE"
	                   " SET name = excluded.name, connection = excluded.connection,"
	                   " owner = excluded.owner",
	                   &query, NULL, NULL);
}

void
RegionDelete(int number)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT4OID, Int32GetDatum(number));
	(void) OwnQueryRun("DELETE FROM dynamo.region_catalog WHERE number = $1", &query, NULL, NULL);
}

void
RegionNoteContact(int number, int64 skew, const char *error)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT4OID, Int32GetDatum(number));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(skew));
	OwnQueryAddCString(&query, error);
	(void) OwnQueryRun(
	    "UPDATE dynamo.region_catalog SET last_error = $3,"
	    " contacted = CASE WHEN $3 IS NULL THEN pg_catalog.clock_timestamp() ELSE contacted END,"
	    " skew_microseconds = CASE WHEN $3 IS NULL THEN $2 ELSE skew_microseconds END,"
	    " failing_since = CASE WHEN $3 IS NOT NULL"
	    " THEN coalesce(failing_since, pg_catalog.clock_timestamp()) END"
	    " WHERE number = $1",
	    &query, NULL, NULL);
}

/*
 * Regions and replicas by SQL. Who says where another region is sends its database the passwords
 * that the server has, and takes tables from it: that is for superusers.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "model/resource_name.h"
#include "region/region_clock.h"
#include "replication/membership.h"
#include "replication/worker_start.h"
#include "storage/region/region_catalog.h"
#include "storage/region/replica_catalog.h"
#include "storage/relation/table.h"

#define MAX_NAME 63

PG_FUNCTION_INFO_V1(dynamo_add_region);
PG_FUNCTION_INFO_V1(dynamo_remove_region);
PG_FUNCTION_INFO_V1(dynamo_copy_replica);

static void
CheckSuperuser(void)
{
	if (!superuser())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be superuser to change the regions of global tables")));
}

static void
CheckNumber(int number)
{
	if (RegionNumber() == 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("global tables take the setting dynamo.region_number, and dynamo in"
		                       " shared_preload_libraries")));
	if (number < 1 || number > MAX_REGION_NUMBER)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a region's number is from 1 to %d", MAX_REGION_NUMBER)));
	if (number == RegionNumber())
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("%d is the number of this region", number),
		                errhint("Each region has a number of its own, which it gives by"
		                        " dynamo.region_number.")));
}

/* As ARNs have it. */
static void
CheckName(const char *name)
{
	int length = strlen(name);

	if (length == 0 || length > MAX_NAME ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != (size_t) length)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a region's name is of up to %d small letters, digits and \"-\"",
		                       MAX_NAME)));
}

/* Of libpq's keywords, which may have a password in a value, in quotes, or not at all. */
static void
CheckConnection(const char *connection)
{
	char *lower = asc_tolower(connection, strlen(connection));

	if (strstr(lower, "://") != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a region's connection is a string of keywords and values"),
		                errhint("host=... port=... dbname=... user=... sslmode=verify-full")));
	if (strstr(lower, "password") != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a region's connection has no password"),
		                errhint("Name a file by passfile, or a certificate by sslcert.")));
	if (strchr(connection, '=') == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a region's connection is a string of keywords and values")));
	pfree(lower);
}

/* add_region(name text, number integer, connection text, owner regrole) returns void */
Datum
dynamo_add_region(PG_FUNCTION_ARGS)
{
	KnownRegion region = { .owner = GetUserId() };
	const KnownRegion *named;

	CheckSuperuser();
	for (int i = 0; i < 3; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			                errmsg("a region has a name, a number and a connection")));
	region.name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	region.number = PG_GETARG_INT32(1);
	region.connection = text_to_cstring(PG_GETARG_TEXT_PP(2));
	if (!PG_ARGISNULL(3))
		region.owner = PG_GETARG_OID(3);
	CheckName(region.name);
	CheckNumber(region.number);
	CheckConnection(region.connection);
	named = RegionNamed(BytesFromCString(region.name));
	if (strcmp(region.name, RegionName()) == 0 || (named != NULL && named->number != region.number))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
		                errmsg("region \"%s\" has another number", region.name)));
	RegionInsert(&region);
	RegionWorkerStart();
	PG_RETURN_VOID();
}

static KnownRegion *
NeedRegion(const text *name)
{
	char *string = text_to_cstring(name);
	KnownRegion *region = RegionNamed(BytesFromCString(string));

	if (region == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("region \"%s\" is not known", string)));
	return region;
}

/* remove_region(name text) returns void */
Datum
dynamo_remove_region(PG_FUNCTION_ARGS)
{
	KnownRegion *region;
	ListCell *cell;

	CheckSuperuser();
	region = NeedRegion(PG_GETARG_TEXT_PP(0));
	if (ReplicasFrom(region->number) != NIL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
		                errmsg("region \"%s\" has replicas of tables", region->name),
		                errhint("Delete them by ReplicaUpdates of UpdateTable first.")));
	foreach (cell, ReplicasRemoved(region->number))
		MembershipForget(lfirst(cell));
	RegionDelete(region->number);
	PG_RETURN_VOID();
}

/* copy_replica(table_name text, region text) returns void */
Datum
dynamo_copy_replica(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Table *table = TableOpen(BytesFromCString(name), 0);

	if (table == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table \"%s\" does not exist", name)));
	TableCheckOwner(table);
	ReplicaStartOver(table->relation, NeedRegion(PG_GETARG_TEXT_PP(1))->number);
	PG_RETURN_VOID();
}

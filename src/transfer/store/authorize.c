/*
 * Granting and revoking, and the question that exports, imports and bulk loads ask.
 *
 * A grant is a row of dynamo.store_grant: a role, a bucket, a prefix ("": all of the bucket) and a
 * privilege. Only superusers make and take them away.
 */
#include "transfer/store/authorize.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "error/error.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"
#include "transfer/store/store.h"

PG_FUNCTION_INFO_V1(dynamo_grant_store);
PG_FUNCTION_INFO_V1(dynamo_revoke_store);

static const char *const privilege_names[] = {
	[STORE_READ] = "read",
	[STORE_WRITE] = "write",
};

/* --- granting --- */

static void
CheckSuperuser(void)
{
	if (!superuser())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("only superusers grant and revoke privileges on object stores")));
}

static void
CheckPrivilege(const char *privilege)
{
	for (int i = 0; i < lengthof(privilege_names); i++)
		if (strcmp(privilege_names[i], privilege) == 0)
			return;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("the privilege must be \"read\" or \"write\", not \"%s\"", privilege)));
}

static void
CheckBucket(const text *bucket)
{
	if (VARSIZE_ANY_EXHDR(bucket) > STORE_MAX_BUCKET)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("the name of a bucket has %d bytes at most", STORE_MAX_BUCKET)));
}

/* Without "/" at the end. */
static text *
PrefixOf(const text *prefix)
{
	int length = VARSIZE_ANY_EXHDR(prefix);

	while (length > 0 && VARDATA_ANY(prefix)[length - 1] == '/')
		length--;
	if (length > STORE_MAX_KEY)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("the prefix of an object store has %d bytes at most", STORE_MAX_KEY)));
	return cstring_to_text_with_len(VARDATA_ANY(prefix), length);
}

/* An oid may be given to another role once its own is gone. */
static void
ForgetThoseOfGoneRoles(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun("DELETE FROM dynamo.store_grant AS g WHERE NOT EXISTS"
	                   " (SELECT FROM pg_catalog.pg_authid AS r WHERE r.oid = g.role)",
	                   &query, NULL, NULL);
}

/* The arguments role, bucket, prefix and privilege. */
static OwnQuery
GrantOf(FunctionCallInfo fcinfo)
{
	OwnQuery query = { 0 };

	CheckSuperuser();
	CheckPrivilege(text_to_cstring(PG_GETARG_TEXT_PP(3)));
	CheckBucket(PG_GETARG_TEXT_PP(1));
	ForgetThoseOfGoneRoles();
	OwnQueryAdd(&query, OIDOID, PG_GETARG_DATUM(0));
	OwnQueryAdd(&query, TEXTOID, PG_GETARG_DATUM(1));
	OwnQueryAdd(&query, TEXTOID, PointerGetDatum(PrefixOf(PG_GETARG_TEXT_PP(2))));
	OwnQueryAdd(&query, TEXTOID, PG_GETARG_DATUM(3));
	return query;
}

Datum
dynamo_grant_store(PG_FUNCTION_ARGS)
{
	OwnQuery query = GrantOf(fcinfo);

	(void) OwnQueryRun("INSERT INTO dynamo.store_grant (role, bucket, prefix, privilege)"
	                   " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
	                   &query, NULL, NULL);
	PG_RETURN_VOID();
}

Datum
dynamo_revoke_store(PG_FUNCTION_ARGS)
{
	OwnQuery query = GrantOf(fcinfo);

	if (OwnQueryRun("DELETE FROM dynamo.store_grant WHERE role = $1 AND bucket = $2"
	                " AND prefix = $3 AND privilege = $4",
	                &query, NULL, NULL) == 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("the role has no such privilege on the object store"),
		                errhint("See the view dynamo.store_grants.")));
	PG_RETURN_VOID();
}

/* --- asking --- */

typedef struct Search
{
	Oid role;
	bool found;
} Search;

static void
TakeGrant(HeapTuple row, TupleDesc descriptor, void *state)
{
	Search *search = state;
	bool null;
	Oid granted = DatumGetObjectId(heap_getattr(row, 1, descriptor, &null));

	search->found = search->found || has_privs_of_role(search->role, granted);
}

/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
static bool
IsGranted(Oid role, Bytes bucket, Bytes start, StorePrivilege privilege)
{
	OwnQuery query = { 0 };
	Search search = { .role = role };

	if (!OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "store_grant")))
		return false;
	OwnQueryAdd(&query, TEXTOID,
	            PointerGetDatum(cstring_to_text_with_len(bucket.data, bucket.length)));
	OwnQueryAdd(&query, TEXTOID,
	            PointerGetDatum(cstring_to_text_with_len(start.data, start.length)));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(privilege_names[privilege]));
	(void) OwnQueryRun("SELECT g.role FROM dynamo.store_grant AS g"
	                   " JOIN pg_catalog.pg_authid AS r ON r.oid = g.role"
	                   " WHERE g.bucket = $1 AND g.privilege = $3"
	                   " AND (g.prefix = '' OR pg_catalog.starts_with($2, g.prefix || '/'))",
	                   &query, TakeGrant, &search);
	return search.found;
}

void
StoreAuthorize(Oid role, Bytes bucket, Bytes start, StorePrivilege privilege)
{
	if (superuser_arg(role) || IsGranted(role, bucket, start, privilege))
		return;
	ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_ACCESS_DENIED)),
	                errmsg("role %s may not %s objects that begin with \"%.*s\" in the bucket"
	                       " \"%.*s\"",
	                       GetUserNameFromId(role, false), privilege_names[privilege],
	                       BYTES_ARGS(start), BYTES_ARGS(bucket)),
	                errhint("A superuser grants that by dynamo.grant_store().")));
}

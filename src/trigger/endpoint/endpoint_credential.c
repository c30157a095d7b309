/*
 * Setting, dropping and reading credentials. Each role has its own.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "compat.h"
#include "storage/query/own_query.h"
#include "trigger/endpoint/endpoint_credential.h"

#define MAX_NAME 63
#define MAX_KEY 256
#define MAX_TOKEN 8192

PG_FUNCTION_INFO_V1(dynamo_set_endpoint_credential);
PG_FUNCTION_INFO_V1(dynamo_drop_endpoint_credential);

/* What a row has, in the order of the queries below. */
enum
{
	FOUND_ACCESS_KEY = 1,
	FOUND_SECRET_KEY,
	FOUND_SESSION_TOKEN
};

#define NULLABLE OWN_QUERY_COLUMN(FOUND_SESSION_TOKEN)
#define SELECT_KEYS "SELECT access_key, secret_key, session_token FROM dynamo.endpoint_credential "

/* They become headers. The value is not shown: it may be a secret. */
static void
CheckText(const char *what, const char *text, int max_length)
{
	int length = strlen(text);
	int printable = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	                             "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

	if (length < 1 || length > max_length || printable != length)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("%s must have 1 to %d printable characters of ASCII without blanks",
		                       what, max_length)));
}

static void
CheckArguments(FunctionCallInfo fcinfo)
{
	static const char *const names[] = { "the name", "the access key", "the secret key",
		                                 "the session token" };
	static const int max_lengths[] = { MAX_NAME, MAX_KEY, MAX_KEY, MAX_TOKEN };

	for (int i = 0; i < lengthof(names); i++)
	{
		if (!PG_ARGISNULL(i))
			CheckText(names[i], text_to_cstring(PG_GETARG_TEXT_PP(i)), max_lengths[i]);
		else if (i < lengthof(names) - 1)
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			                errmsg("%s must not be null", names[i])));
	}
}

/* An oid may be given to another role once its own is gone. */
static void
ForgetThoseOfGoneRoles(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun("DELETE FROM dynamo.endpoint_credential AS credential"
	                   " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_authid AS role"
	                   " WHERE role.oid = credential.owner)",
	                   &query, NULL, NULL);
}

Datum
dynamo_set_endpoint_credential(PG_FUNCTION_ARGS)
{
	OwnQuery query = { 0 };

	CheckArguments(fcinfo);
	ForgetThoseOfGoneRoles();
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	for (int i = 0; i < PG_NARGS(); i++)
	{
		if (PG_ARGISNULL(i))
			OwnQueryAddNull(&query, TEXTOID);
		else
			OwnQueryAdd(&query, TEXTOID, PG_GETARG_DATUM(i));
	}
	(void) OwnQueryRun("INSERT INTO dynamo.endpoint_credential AS known"
	                   " (owner, name, access_key, secret_key, session_token, changed)"
	                   " VALUES ($1, $2, $3, $4, $5, pg_catalog.clock_timestamp())"
	                   " ON CONFLICT (owner, name) DO UPDATE SET access_key = excluded.access_key,"
	                   " secret_key = excluded.secret_key, session_token = excluded.session_token,"
	                   " changed = excluded.changed",
	                   &query, NULL, NULL);
	PG_RETURN_VOID();
}

pg_noreturn static void
RaiseMissing(const char *name, Oid role)
{
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
	                errmsg("role \"%s\" has no endpoint credential \"%s\"",
	                       GetUserNameFromId(role, false), name),
	                errhint("Call dynamo.set_endpoint_credential() as that role.")));
}

Datum
dynamo_drop_endpoint_credential(PG_FUNCTION_ARGS)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	OwnQueryAdd(&query, TEXTOID, PG_GETARG_DATUM(0));
	if (OwnQueryRun("DELETE FROM dynamo.endpoint_credential WHERE owner = $1 AND name = $2", &query,
	                NULL, NULL) == 0)
		RaiseMissing(text_to_cstring(PG_GETARG_TEXT_PP(0)), GetUserId());
	PG_RETURN_VOID();
}

static char *
TextOf(HeapTuple row, TupleDesc descriptor, int column)
{
	bool null;
	Datum value = heap_getattr(row, column, descriptor, &null);

	return null ? NULL : TextDatumGetCString(value);
}

static void
TakeKeys(HeapTuple row, TupleDesc descriptor, void *state)
{
	EndpointSignature *signature = state;

	signature->access_key = TextOf(row, descriptor, FOUND_ACCESS_KEY);
	signature->secret_key = TextOf(row, descriptor, FOUND_SECRET_KEY);
	signature->session_token = TextOf(row, descriptor, FOUND_SESSION_TOKEN);
}

bool
EndpointCredentialRead(const char *name, Oid role, EndpointSignature *signature)
{
	OwnQuery query = { .nullable = NULLABLE };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(role));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(name));
	return OwnQueryRun(SELECT_KEYS "WHERE owner = $1 AND name = $2", &query, TakeKeys, signature) >
	       0;
}

bool
EndpointCredentialReadShared(const char *name, Oid role, EndpointSignature *signature)
{
	OwnQuery query = { .nullable = NULLABLE };

	if (EndpointCredentialRead(name, role, signature))
		return true;
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(name));
	return OwnQueryRun(SELECT_KEYS "WHERE name = $1 AND owner IN (SELECT role.oid"
	                               " FROM pg_catalog.pg_authid AS role WHERE role.rolsuper)"
	                               " ORDER BY owner LIMIT 1",
	                   &query, TakeKeys, signature) > 0;
}

void
EndpointCredentialCheck(const char *name, Oid role)
{
	EndpointSignature signature;

	if (!EndpointCredentialRead(name, role, &signature))
		RaiseMissing(name, role);
}

/*
 * Functions of SQL that make, change and delete access keys.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "auth/key/access_key_row.h"
#include "auth/key/key_form.h"
#include "auth/key/key_holder.h"
#include "auth/key/key_issue.h"
#include "auth/key/known_key.h"
#include "compat.h"
#include "storage/query/own_query.h"

PG_FUNCTION_INFO_V1(dynamo_create_access_key);
PG_FUNCTION_INFO_V1(dynamo_activate_access_key);
PG_FUNCTION_INFO_V1(dynamo_deactivate_access_key);
PG_FUNCTION_INFO_V1(dynamo_delete_access_key);
PG_FUNCTION_INFO_V1(dynamo_delete_sessions);
PG_FUNCTION_INFO_V1(dynamo_reseal_access_keys);
PG_FUNCTION_INFO_V1(dynamo_access_keys_changed);

static TimestampTz
TakeExpiry(FunctionCallInfo fcinfo, int number)
{
	TimestampTz expires = PG_ARGISNULL(number) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(number);

	if (expires <= GetCurrentTimestamp())
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("an access key must not expire in the past")));
	return expires;
}

/* The secret is shown in the result, and nowhere again. */
static Datum
NewKeyResult(FunctionCallInfo fcinfo, const char *access_key_id, const Secret *secret)
{
	Datum values[2] = { CStringGetTextDatum(access_key_id),
		                PointerGetDatum(cstring_to_text_with_len(secret->text, secret->length)) };
	bool nulls[2] = { false };
	TupleDesc columns;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "the function does not return a row");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

Datum
dynamo_create_access_key(PG_FUNCTION_ARGS)
{
	TimestampTz expires;
	char *access_key_id;
	Secret secret;
	Oid role;
	Datum result;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
		        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the role must not be null")));
	role = PG_GETARG_OID(0);
	CheckNotServingRequests();
	CheckMayManageKeys(role);
	LockKeyHolder(role);
	CheckMayHaveKeys(role);
	expires = TakeExpiry(fcinfo, 1);
	access_key_id = AccessKeyIdMake(LONG_TERM_PREFIX);
	SecretMake(&secret);
	if (!AccessKeyIssue(role, access_key_id, &secret, expires))
		elog(ERROR, "a random id of an access key is taken");
	result = NewKeyResult(fcinfo, access_key_id, &secret);
	SecretForget(&secret);
	PG_RETURN_DATUM(result);
}

/* A key that the caller may not manage is not told from one that is not there. */
static AccessKeyRow
TakeManagedKey(FunctionCallInfo fcinfo)
{
	text *argument = PG_GETARG_TEXT_PP(0);
	AccessKeyRow row;

	if (!AccessKeyRowRead((Bytes){ VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument) }, &row) ||
	    !MayManageKeys(row.role))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("access key \"%s\" does not exist", text_to_cstring(argument)),
		                errhint("dynamo.access_key lists the access keys of a role's own.")));
	return row;
}

static void
RunOnKey(const char *sql, const AccessKeyRow *row)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(row->access_key_id));
	(void) OwnQueryRun(sql, &query, NULL, NULL);
}

Datum
dynamo_activate_access_key(PG_FUNCTION_ARGS)
{
	AccessKeyRow row = TakeManagedKey(fcinfo);

	CheckNotServingRequests();
	LockKeyHolder(row.role);
	row = TakeManagedKey(fcinfo);
	if (!row.active && row.temporary.token_hash.data == NULL)
		CheckActiveKeys(row.role);
	RunOnKey("UPDATE dynamo.access_keys SET active = true WHERE access_key_id = $1 AND NOT active",
	         &row);
	PG_RETURN_VOID();
}

Datum
dynamo_deactivate_access_key(PG_FUNCTION_ARGS)
{
	AccessKeyRow row = TakeManagedKey(fcinfo);

	RunOnKey("UPDATE dynamo.access_keys SET active = false WHERE access_key_id = $1 AND active",
	         &row);
	PG_RETURN_VOID();
}

Datum
dynamo_delete_access_key(PG_FUNCTION_ARGS)
{
	AccessKeyRow row = TakeManagedKey(fcinfo);

	RunOnKey("DELETE FROM dynamo.access_keys WHERE access_key_id = $1", &row);
	PG_RETURN_VOID();
}

Datum
dynamo_delete_sessions(PG_FUNCTION_ARGS)
{
	Oid role = PG_GETARG_OID(0);
	OwnQuery query = { 0 };

	CheckMayManageKeys(role);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(role));
	PG_RETURN_INT64(OwnQueryRun("DELETE FROM dynamo.access_keys"
	                            " WHERE (role = $1 OR assumed_by = $1) AND token_hash IS NOT NULL",
	                            &query, NULL, NULL));
}

static void
TakeId(HeapTuple row, TupleDesc columns, void *state)
{
	List **ids = state;
	bool null;
	Datum id = heap_getattr(row, 1, columns, &null);

	*ids = lappend(*ids, TextDatumGetCString(id));
}

static List *
KeysNotUnder(const MasterKey *newest)
{
	OwnQuery query = { 0 };
	List *ids = NIL;

	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(newest->id));
	(void) OwnQueryRun("SELECT access_key_id FROM dynamo.access_keys WHERE master_key <> $1",
	                   &query, TakeId, &ids);
	return ids;
}

static bool
Reseal(const char *access_key_id, const MasterKey *newest)
{
	AccessKeyRow row;

	if (!AccessKeyRowRead(BytesFromCString(access_key_id), &row))
		return false;
	if (AccessKeyRowReseal(&row, newest))
		return true;
	ereport(WARNING, (errmsg("access key \"%s\" stays sealed under master key %s", access_key_id,
	                         row.master_key),
	                  errhint("Have the master key read, too, or delete the access key.")));
	return false;
}

Datum
dynamo_reseal_access_keys(PG_FUNCTION_ARGS)
{
	MasterKey newest;
	int64 count = 0;
	ListCell *cell;

	if (!superuser())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be superuser to seal access keys anew")));
	newest = RequireMasterKey();
	foreach (cell, KeysNotUnder(&newest))
	{
		CHECK_FOR_INTERRUPTS();
		count += Reseal(lfirst(cell), &newest);
	}
	MasterKeyForget(&newest);
	PG_RETURN_INT64(count);
}

Datum
dynamo_access_keys_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("is only to be called as a trigger")));
	KnownKeysInvalidate();
	PG_RETURN_POINTER(NULL);
}

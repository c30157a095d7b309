/*
 * dynamo.assume_role().
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "auth/assume/assume_role.h"
#include "auth/key/key_holder.h"
#include "auth/key/session_tags.h"
#include "compat.h"

PG_FUNCTION_INFO_V1(dynamo_assume_role);

enum
{
	ARGUMENT_ROLE,
	ARGUMENT_SESSION_NAME,
	ARGUMENT_DURATION,
	ARGUMENT_POLICY,
	ARGUMENT_TAGS
};

/* A month has 30 days, as where PostgreSQL compares intervals. */
static int64
SecondsOf(const Interval *interval)
{
	int64 days = (int64) interval->month * DAYS_PER_MONTH + interval->day;

	return days * SECS_PER_DAY + interval->time / USECS_PER_SEC;
}

static Bytes
TextArgument(FunctionCallInfo fcinfo, int number)
{
	text *value;

	if (PG_ARGISNULL(number))
		return (Bytes){ NULL, 0 };
	value = PG_GETARG_TEXT_PP(number);
	return (Bytes){ VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value) };
}

static Bytes
PolicyArgument(FunctionCallInfo fcinfo, int number)
{
	Jsonb *value;

	if (PG_ARGISNULL(number))
		return (Bytes){ NULL, 0 };
	value = PG_GETARG_JSONB_P(number);
	return BytesFromCString(JsonbToCString(NULL, &value->root, VARSIZE(value)));
}

static AssumeRoleRequest
TakeRequest(FunctionCallInfo fcinfo)
{
	AssumeRoleRequest request = { .session_name = TextArgument(fcinfo, ARGUMENT_SESSION_NAME),
		                          .duration = DEFAULT_SESSION_SECONDS,
		                          .policy = PolicyArgument(fcinfo, ARGUMENT_POLICY) };

	if (PG_ARGISNULL(ARGUMENT_ROLE))
		ereport(ERROR,
		        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the role must not be null")));
	request.role = PG_GETARG_OID(ARGUMENT_ROLE);
	if (!PG_ARGISNULL(ARGUMENT_DURATION))
		request.duration = SecondsOf(PG_GETARG_INTERVAL_P(ARGUMENT_DURATION));
	if (!PG_ARGISNULL(ARGUMENT_TAGS))
		request.tags = SessionTagsFromJsonb(PG_GETARG_JSONB_P(ARGUMENT_TAGS), &request.tag_count);
	return request;
}

static Datum
ResultOf(FunctionCallInfo fcinfo, const TemporaryCredentials *credentials)
{
	const Secret *secret = &credentials->secret;
	Datum values[4] = { CStringGetTextDatum(credentials->access_key_id),
		                PointerGetDatum(cstring_to_text_with_len(secret->text, secret->length)),
		                CStringGetTextDatum(credentials->session_token),
		                TimestampTzGetDatum(credentials->expires) };
	bool nulls[4] = { false };
	TupleDesc columns;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "the function does not return a row");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

Datum
dynamo_assume_role(PG_FUNCTION_ARGS)
{
	AssumeRoleRequest request = TakeRequest(fcinfo);
	Identity caller = { .role = GetUserId() };
	TemporaryCredentials credentials;
	Datum result;

	CheckNotServingRequests();
	RoleAssume(&caller, &request, &credentials);
	result = ResultOf(fcinfo, &credentials);
	SecretForget(&credentials.secret);
	PG_RETURN_DATUM(result);
}

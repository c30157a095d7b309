/*
 * The rows of sessions that one role has made are counted under its lock, those that have expired
 * too: upkeep leaves these for a day, and durations may be short.
 */
#include "auth/key/session_quota.h"

#include "catalog/pg_type.h"
#include "utils/guc.h"

#include "auth/key/key_holder.h"
#include "error/error.h"
#include "storage/query/own_query.h"

static int max_sessions = 5000;

void
SessionQuotaInit(void)
{
	DefineCustomIntVariable("dynamo.max_sessions_per_role",
	                        "Most temporary credentials that one role has made and that work.",
	                        "AssumeRole is refused to a role that has as many.", &max_sessions,
	                        5000, 1, 1000000, PGC_SIGHUP, 0, NULL, NULL, NULL);
}

static bool
HasRoom(Oid assumer)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(assumer));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(max_sessions - 1));
	return OwnQueryRunNow("SELECT FROM dynamo.access_keys WHERE assumed_by = $1 OFFSET $2 LIMIT 1",
	                      &query, NULL, NULL) == 0;
}

static void
ForgetExpired(Oid assumer)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(assumer));
	(void) OwnQueryRun("DELETE FROM dynamo.access_keys"
	                   " WHERE assumed_by = $1 AND expires <= pg_catalog.clock_timestamp()",
	                   &query, NULL, NULL);
}

void
SessionQuotaTake(Oid assumer)
{
	LockKeyHolder(assumer);
	if (HasRoom(assumer))
		return;
	ForgetExpired(assumer);
	if (!HasRoom(assumer))
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_SESSIONS_QUOTA, max_sessions);
}

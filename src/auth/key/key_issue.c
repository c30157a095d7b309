/*
 * The two keys of a role are counted under its lock.
 */
#include "auth/key/key_issue.h"

#include "catalog/pg_type.h"

#include "error/error.h"
#include "storage/query/own_query.h"

void
CheckActiveKeys(Oid role)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(role));
	if (OwnQueryRun("SELECT FROM dynamo.access_keys WHERE role = $1 AND active"
	                " AND token_hash IS NULL"
	                " AND (expires IS NULL OR expires > pg_catalog.clock_timestamp())",
	                &query, NULL, NULL) >= MAX_ACTIVE_KEYS)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ACCESS_KEYS_QUOTA, MAX_ACTIVE_KEYS);
}

bool
AccessKeyIssue(Oid role, const char *access_key_id, const Secret *secret, TimestampTz expires)
{
	AccessKeyRow row = { .access_key_id = access_key_id, .role = role, .expires = expires };

	CheckActiveKeys(role);
	return AccessKeyRowInsert(&row, secret);
}

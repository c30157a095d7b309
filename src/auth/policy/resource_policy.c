/*
 * Rows of dynamo.resource_policy.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "auth/policy/policy_store.h"
#include "auth/policy/resource_policy.h"
#include "compat.h"
#include "text/unix_time.h"
#include "storage/query/own_query.h"

static OwnQuery
KeyOf(Oid relation, int64 stream)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(stream));
	return query;
}

bool
ResourcePolicyRead(Oid relation, int64 stream, ResourcePolicy *policy)
{
	return ResourcePolicyTextOf(relation, stream, &policy->document, &policy->revision);
}

/* Milliseconds since 1970, and above the revision before. */
static char *
NextRevision(Oid relation, int64 stream)
{
	int64 now = UnixMilliseconds(GetCurrentTimestamp());
	ResourcePolicy old;

	if (ResourcePolicyRead(relation, stream, &old))
		now = Max(now, strtoll(BytesToCString(old.revision), NULL, 10) + 1);
	return psprintf(INT64_FORMAT, now);
}

/* Policies of what plain SQL has dropped, and of streams that are no more to be read. */
static void
ForgetGone(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun(
	    "DELETE FROM dynamo.resource_policy p WHERE CASE p.stream WHEN 0 THEN NOT"
	    " EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = p.relation) ELSE NOT"
	    " EXISTS (SELECT FROM dynamo.stream_catalog s WHERE s.relation = p.relation"
	    " AND s.label = p.stream) END",
	    &query, NULL, NULL);
}

static Datum
TextDatum(Bytes text)
{
	return PointerGetDatum(cstring_to_text_with_len(text.data, text.length));
}

Bytes
ResourcePolicyWrite(Oid relation, int64 stream, Bytes document)
{
	OwnQuery query = KeyOf(relation, stream);
	char *revision = NextRevision(relation, stream);

	if (!OidIsValid(PolicyTableOid(TABLE_RESOURCE_POLICY)))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("version 1.0 of extension dynamo has no policies"),
		                errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	ForgetGone();
	OwnQueryAdd(&query, TEXTOID, TextDatum(document));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(revision));
	(void) OwnQueryRun("INSERT INTO dynamo.resource_policy (relation, stream, document, revision)"
	                   " VALUES ($1, $2, $3, $4)"
	                   " ON CONFLICT (relation, stream) DO UPDATE SET document = excluded.document,"
	                   " revision = excluded.revision, changed = excluded.changed",
	                   &query, NULL, NULL);
	CommandCounterIncrement();
	return BytesFromCString(revision);
}

void
ResourcePolicyDelete(Oid relation, int64 stream)
{
	OwnQuery query = KeyOf(relation, stream);

	(void) OwnQueryRun("DELETE FROM dynamo.resource_policy WHERE relation = $1 AND stream = $2",
	                   &query, NULL, NULL);
	CommandCounterIncrement();
}

void
ResourcePolicyForget(Oid relation)
{
	ResourcePolicy policy;

	if (ResourcePolicyRead(relation, 0, &policy))
		ResourcePolicyDelete(relation, 0);
}

/*
 * Policies of roles, by SQL: keeping documents under names, and attaching them.
 *
 * Who may call these functions is said by privileges on them, which the install script takes from
 * PUBLIC; for attaching, a role that is no superuser administers the role besides.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/rel.h"

#include "auth/policy/policy_check.h"
#include "auth/policy/policy_store.h"
#include "compat.h"
#include "error/error.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"

#include <ctype.h>

PG_FUNCTION_INFO_V1(dynamo_policies_changed);
PG_FUNCTION_INFO_V1(dynamo_check_restored_policy);
PG_FUNCTION_INFO_V1(dynamo_put_policy);
PG_FUNCTION_INFO_V1(dynamo_delete_policy);
PG_FUNCTION_INFO_V1(dynamo_attach_role_policy);
PG_FUNCTION_INFO_V1(dynamo_detach_role_policy);

#define MAX_POLICY_NAME 128
#define MAX_ATTACHED 10 /* IAM's quota of managed policies a role */

/* Trigger of each statement on a table of policies: other backends read it again. */
Datum
dynamo_policies_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("policies_changed must be called as a trigger")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	PG_RETURN_POINTER(NULL);
}

/* Whether a row is of a relation of the current role's. */
static bool
OwnsResource(const TriggerData *trigger)
{
	bool null;
	Datum relation =
	    heap_getattr(trigger->tg_trigtuple, 1, RelationGetDescr(trigger->tg_relation), &null);

	return !null && IsRelationOwner(DatumGetObjectId(relation));
}

/*
 * Trigger of each row that is inserted. The database's owner may insert, so that it can restore a
 * dump; a table's policy is its owner's to restore, those of roles are a superuser's. dynamo's own
 * functions insert as the owner of the extension.
 */
Datum
dynamo_check_restored_policy(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
	    !TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		                errmsg("check_restored_policy must be called as a trigger")));
	if (!superuser() && GetUserId() != trigger->tg_relation->rd_rel->relowner &&
	    !(trigger->tg_trigger->tgnargs > 0 && OwnsResource(trigger)))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be superuser to restore policies of roles")));
	PG_RETURN_POINTER(trigger->tg_trigtuple);
}

/* IAM's characters of a policy's name. */
static void
CheckName(const char *name)
{
	int length = strlen(name);

	if (length < 1 || length > MAX_POLICY_NAME)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a policy's name has from 1 to %d characters", MAX_POLICY_NAME)));
	for (int i = 0; i < length; i++)
		if ((unsigned char) name[i] > 127 ||
		    (!isalnum((unsigned char) name[i]) && strchr("+=,.@_-", name[i]) == NULL))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			                errmsg("a policy's name has letters, digits and +=,.@_- alone")));
}

/* put_policy(name text, document json) */
Datum
dynamo_put_policy(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	text *document = PG_GETARG_TEXT_PP(1);
	OwnQuery query = { 0 };

	CheckName(name);
	PolicyCheckDocument((Bytes){ VARDATA_ANY(document), VARSIZE_ANY_EXHDR(document) },
	                    POLICY_OF_IDENTITY);
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(name));
	OwnQueryAdd(&query, TEXTOID, PointerGetDatum(document));
	(void) OwnQueryRun("INSERT INTO dynamo.policy (name, document) VALUES ($1, $2)"
	                   " ON CONFLICT (name) DO UPDATE SET document = excluded.document,"
	                   " changed = excluded.changed",
	                   &query, NULL, NULL);
	PG_RETURN_VOID();
}

static void
RaiseNoPolicy(const char *name)
{
	ereport(ERROR,
	        (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("policy \"%s\" does not exist", name)));
}

/* Deletes the attachments of roles that have been dropped. */
static void
ForgetDroppedRoles(void)
{
	OwnQuery query = { 0 };

	/* So that no two attach the last one that a role may have. */
	(void) OwnQueryRun("LOCK TABLE dynamo.role_policy IN SHARE ROW EXCLUSIVE MODE", &query, NULL,
	                   NULL);
	(void) OwnQueryRun("DELETE FROM dynamo.role_policy p WHERE NOT EXISTS"
	                   " (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = p.role)",
	                   &query, NULL, NULL);
}

/* delete_policy(name text) */
Datum
dynamo_delete_policy(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(name));
	ForgetDroppedRoles();
	if (OwnQueryRun("SELECT FROM dynamo.role_policy WHERE policy = $1", &query, NULL, NULL) > 0)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
		                errmsg("policy \"%s\" is attached to roles", name),
		                errhint("Detach it first: dynamo.role_policies lists where it is.")));
	if (OwnQueryRun("DELETE FROM dynamo.policy WHERE name = $1", &query, NULL, NULL) == 0)
		RaiseNoPolicy(name);
	PG_RETURN_VOID();
}

/* PostgreSQL's own rule of who may GRANT a role, but that a role never administers itself. */
static void
CheckAdministers(Oid role)
{
	if (!superuser() && (role == GetUserId() || !is_admin_of_role(GetUserId(), role)))
		ereport(ERROR,
		        (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		         errmsg("must have admin option on role \"%s\"", GetUserNameFromId(role, false))));
}

static OwnQuery
AttachmentOf(Oid role, const char *name)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(role));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(name));
	return query;
}

static void
CheckQuota(Oid role, const char *name)
{
	OwnQuery query = AttachmentOf(role, name);

	OwnRowsLock("role_policy", role);
	if (OwnQueryRunNow("SELECT FROM dynamo.role_policy WHERE role = $1 AND policy <> $2", &query,
	                   NULL, NULL) >= MAX_ATTACHED)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_POLICIES_QUOTA, MAX_ATTACHED);
}

/* attach_role_policy(role regrole, policy text) */
Datum
dynamo_attach_role_policy(PG_FUNCTION_ARGS)
{
	Oid role = PG_GETARG_OID(0);
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	OwnQuery query = AttachmentOf(role, name);

	(void) GetUserNameFromId(role, false); /* a number need be no role */
	CheckAdministers(role);
	ForgetDroppedRoles();
	CheckQuota(role, name);
	if (OwnQueryRun("SELECT FROM dynamo.policy WHERE name = $2 FOR KEY SHARE", &query, NULL,
	                NULL) == 0)
		RaiseNoPolicy(name);
	(void) OwnQueryRun("INSERT INTO dynamo.role_policy (role, policy) VALUES ($1, $2)"
	                   " ON CONFLICT (role, policy) DO NOTHING",
	                   &query, NULL, NULL);
	PG_RETURN_VOID();
}

/* detach_role_policy(role regrole, policy text) */
Datum
dynamo_detach_role_policy(PG_FUNCTION_ARGS)
{
	Oid role = PG_GETARG_OID(0);
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	OwnQuery query = AttachmentOf(role, name);

	(void) GetUserNameFromId(role, false);
	CheckAdministers(role);
	if (OwnQueryRun("DELETE FROM dynamo.role_policy WHERE role = $1 AND policy = $2", &query, NULL,
	                NULL) == 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("policy \"%s\" is not attached to role \"%s\"", name,
		                       GetUserNameFromId(role, false))));
	PG_RETURN_VOID();
}

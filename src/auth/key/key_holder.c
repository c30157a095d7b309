/*
 * A role may change its own password, so it may have keys of its own making; who has ADMIN OPTION
 * on a role can become it, so it may do all that the role may.
 */
#include "auth/key/key_holder.h"

#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/syscache.h"

#include "auth/role_fitness.h"
#include "session/lock_wait.h"

bool
MayManageKeys(Oid role)
{
	return role == GetUserId() || superuser() || is_admin_of_role(GetUserId(), role);
}

void
CheckMayManageKeys(Oid role)
{
	if (!MayManageKeys(role))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("permission denied to manage access keys of role \"%s\"",
		                       GetUserNameFromId(role, false)),
		                errhint("The role itself, superusers and roles with ADMIN OPTION on it "
		                        "may.")));
}

void
LockKeyHolder(Oid role)
{
	PreventCommandDuringRecovery("a change of access keys");
	LockSharedObject(AuthIdRelationId, role, 0, ShareUpdateExclusiveLock);
	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role)))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("role with OID %u does not exist", role)));
}

void
CheckMayHaveKeys(Oid role)
{
	const char *unfitness = SignerUnfitness(role);

	if (unfitness != NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("role \"%s\" cannot have access keys: it %s",
		                       GetUserNameFromId(role, false), unfitness)));
}

void
CheckNotServingRequests(void)
{
	if (LockWaitIsForbidden())
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		                errmsg("credentials cannot be made by code that runs in an HTTP request")));
}

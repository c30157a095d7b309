/*
 * The rules by which a role may read changes. In decoding they see the historic catalogs.
 */
#include "storage/stream/stream_access.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/rls.h"

ChangeAccess
ChangeAccessOf(Oid relation)
{
	if (pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return CHANGES_NEED_SELECT;
	if (check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED)
		return CHANGES_HAVE_POLICIES;
	return CHANGES_READABLE;
}

bool
ChangesOfGoneTableReadable(Oid owner)
{
	return superuser() || (OidIsValid(owner) && has_privs_of_role(GetUserId(), owner));
}

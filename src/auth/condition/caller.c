/*
 * Names of identities (IAM user guide, "IAM identifiers").
 */
#include "postgres.h"

#include "miscadmin.h"

#include "auth/condition/caller.h"
#include "model/resource_name.h"

char *
CallerRoleName(const Identity *identity)
{
	char *name = GetUserNameFromId(identity->role, true);

	return name != NULL ? name : pstrdup("unknown");
}

char *
CallerArn(const Identity *identity)
{
	if (identity->session == NULL)
		return CallerPrincipalArn(identity);
	return psprintf("arn:aws:sts::%s:assumed-role/%s/%s", AccountId(), CallerRoleName(identity),
	                identity->session->name);
}

char *
CallerPrincipalArn(const Identity *identity)
{
	return psprintf("arn:aws:iam::%s:%s/%s", AccountId(),
	                identity->session != NULL ? "role" : "user", CallerRoleName(identity));
}

char *
CallerId(const Identity *identity)
{
	if (identity->session == NULL)
		return psprintf("AIDA%016u", identity->role);
	return psprintf("AROA%016u:%s", identity->role, identity->session->name);
}

/*
 * Principals of resource policies (IAM user guide, "IAM JSON policy elements: Principal").
 */
#ifndef DYNAMO_POLICY_PRINCIPAL_H
#define DYNAMO_POLICY_PRINCIPAL_H

#include "auth/identity.h"

typedef enum PrincipalKind
{
	PRINCIPAL_ANYONE,
	PRINCIPAL_ACCOUNT, /* every role */
	PRINCIPAL_USER,    /* a role, but in a session that it was assumed for */
	PRINCIPAL_ROLE,    /* a role, in sessions, too */
	PRINCIPAL_SESSION, /* a session of a role */
	PRINCIPAL_SERVICE  /* one of AWS's: none of ours */
} PrincipalKind;

typedef struct PolicyPrincipal
{
	PrincipalKind kind;
	Bytes account; /* but for PRINCIPAL_ANYONE and PRINCIPAL_SERVICE */
	Bytes name;    /* of the role */
	Bytes session;
} PolicyPrincipal;

/* Reads "*", an account's id or an ARN, pointing into the text; false where it is none of these. */
extern bool PrincipalParse(Bytes text, PolicyPrincipal *principal);

/* Whether the principal means this caller, whose role has this name. */
extern bool PrincipalMatches(const PolicyPrincipal *principal, const Identity *identity,
                             Bytes role_name);

#endif

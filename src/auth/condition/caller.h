/*
 * What policies and messages call an identity.
 */
#ifndef DYNAMO_POLICY_CALLER_H
#define DYNAMO_POLICY_CALLER_H

#include "auth/identity.h"

/* Of a role that is used without a session, and of one that was assumed. All are palloc'd. */

/* arn:aws:iam::ACCOUNT:user/ROLE, or arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION. */
extern char *CallerArn(const Identity *identity);
/* arn:aws:iam::ACCOUNT:user/ROLE, or arn:aws:iam::ACCOUNT:role/ROLE. */
extern char *CallerPrincipalArn(const Identity *identity);
/* The role's id, followed by a colon and the session's name where there is one. */
extern char *CallerId(const Identity *identity);
/* The role's name; "unknown" of one that was dropped. */
extern char *CallerRoleName(const Identity *identity);

#endif

/*
 * Policies that a backend has compiled.
 *
 * What changes the tables of policies, roles or memberships invalidates all of it, and the next
 * call begins anew. Its memory is bounded: beyond it, it begins anew as well. So what a call
 * returns is good until the next call.
 */
#ifndef DYNAMO_POLICY_CACHE_H
#define DYNAMO_POLICY_CACHE_H

#include "auth/policy/document_form.h"

typedef struct NamedPolicy
{
	const char *name;
	const PolicyDocument *document;
} NamedPolicy;

/* Those of an identity's roles. */
typedef struct IdentityPolicies
{
	int count;
	NamedPolicy *policies;
} IdentityPolicies;

/* Takes in invalidations. False where no table of policies has a row: nothing else need be asked.
 */
extern bool PolicyCacheStart(void);

extern const IdentityPolicies *PolicyCacheOfRole(Oid role);

/* NULL: there is none. */
extern const PolicyDocument *PolicyCacheOfResource(Oid relation, int64 stream);

/* Needs no PolicyCacheStart before. */
extern const PolicyDocument *PolicyCacheOfSession(const char *text);

#endif

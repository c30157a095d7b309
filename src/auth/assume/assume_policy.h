/*
 * What policies say of assuming a role.
 */
#ifndef DYNAMO_ASSUME_POLICY_H
#define DYNAMO_ASSUME_POLICY_H

#include "auth/assume/assume_request.h"

/*
 * Whether a policy of the caller's denies sts:AssumeRole, or sts:TagSession of a request with tags.
 * In a transaction, of a role that exists.
 */
extern bool AssumeIsDenied(const Identity *caller, const AssumeRoleRequest *request);

#endif

/*
 * Checking documents before they are kept.
 */
#ifndef DYNAMO_POLICY_CHECK_H
#define DYNAMO_POLICY_CHECK_H

#include "auth/condition/policy_request.h"

/*
 * Raises what is wrong with a document: its size, which LimitExceededException says of an attached
 * policy and ValidationException of others; its contents, as PolicyDocumentParse does; of a
 * resource's policy also a principal of this account that is no role. Leaves no memory behind.
 */
extern void PolicyCheckDocument(Bytes text, PolicyKind kind);

#endif

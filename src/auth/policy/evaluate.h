/*
 * What policies say of a request: IAM's evaluation of the policies of a role, of a session and of a
 * resource (IAM user guide, "Policy evaluation logic").
 *
 * An operation asks first with what it knows as it opens a table, and says which condition keys it
 * does not know yet. Mostly that decides. Where it does not, the decision names the keys that it
 * depends on, and the operation asks again once it knows them. A request that is still undecided
 * when it ends must be refused.
 *
 * The policies are read again for each question, from a cache that commits of their changes
 * invalidate; nothing of the first answer holds for the second.
 */
#ifndef DYNAMO_POLICY_EVALUATE_H
#define DYNAMO_POLICY_EVALUATE_H

#include "compat.h"
#include "auth/identity.h"
#include "auth/policy/condition_key.h"

/*
 * The values of one key; none: the key is absent from the request. A number is as DynamoDB returns
 * it, binary is in base64, a truth is "true" or "false".
 */
typedef struct ConditionValues
{
	int count;
	const Bytes *values;
} ConditionValues;

typedef struct PolicyTags
{
	int count;
	const SessionTag *tags;
} PolicyTags;

/*
 * What is asked. What is not set is absent or empty, so that the first four members make a
 * question.
 *
 * `table` is whose resource policy applies, also to its indexes; invalid where there is no such
 * table. `stream`, a label as in stream_catalog.h, is whose policy applies instead; 0: none. Of
 * keys in `pending` the values are not known yet, and what stands in `values` and in tags does not
 * count: tags of a table may be CONDITION_KEY_BIT(RESOURCE_TAG) until a policy asks for them.
 * Values of a key that is found otherwise, such as the time, take its place: simulations give them.
 */
typedef struct PolicyRequest
{
	const Identity *identity;
	Bytes action;   /* "dynamodb:GetItem" */
	Bytes resource; /* the ARN of a table, index or stream; "*" of an action that has none */
	Oid table;
	int64 stream;
	ConditionKeySet pending;
	ConditionValues values[CONDITION_KEYS]; /* of keys that an operation gives */
	PolicyTags request_tags;                /* of CreateTable and TagResource */
	PolicyTags resource_tags;               /* of the table */
} PolicyRequest;

typedef enum PolicyVerdict
{
	POLICY_ALLOW,
	POLICY_DENY,
	POLICY_UNDECIDED
} PolicyVerdict;

typedef enum PolicyKind
{
	POLICY_OF_IDENTITY,
	POLICY_OF_SESSION,
	POLICY_OF_RESOURCE
} PolicyKind;

/*
 * `pending` are the keys of the request's that POLICY_UNDECIDED depends on. `matched` tells whether
 * a statement decided, one that denies or one that allows; `kind` is of its policy, or else of the
 * one that does not allow. `policy`, the name of an identity policy, is NULL of others, and
 * terminated. `statement` counts from 0 in the document; the data of a Sid that is not there is
 * NULL.
 */
typedef struct PolicyDecision
{
	PolicyVerdict verdict;
	ConditionKeySet pending;
	bool matched;
	PolicyKind kind;
	const char *policy;
	int statement;
	Bytes sid;
} PolicyDecision;

/* Defines dynamo.require_policies. */
extern void PolicyInit(void);

/*
 * Whether any policy can have a say: the identity's roles or session have one, the table or stream
 * has one, or dynamo.require_policies is on. False for superusers. A few instructions where nothing
 * in the database has a policy. In a transaction, as any role.
 */
extern bool PolicyApplies(const Identity *identity, Oid table, int64 stream);

/*
 * What the policies say; POLICY_ALLOW where none applies. Names in the decision live until the next
 * call of a function here. In a transaction, as any role. Allocates in the current context what
 * policy variables need. A stored document that cannot be read raises DATA_CORRUPTED.
 */
extern PolicyDecision PolicyDecide(const PolicyRequest *request);

/*
 * Raises AccessDeniedException with AWS's text for a decision that is not POLICY_ALLOW.
 */
pg_noreturn extern void PolicyRaiseDenied(const PolicyRequest *request,
                                          const PolicyDecision *decision);

/* As PolicyDecide, and raises unless it allows. With no key pending it returns only where allowed.
 */
extern PolicyDecision PolicyRequire(const PolicyRequest *request);

#endif

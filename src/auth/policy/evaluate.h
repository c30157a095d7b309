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

#include "auth/identity.h"
#include "auth/policy/condition_key.h"

/* The values of one key. None: the key is absent from the request. */
typedef struct ConditionValues
{
	int count;
	const Bytes
	    *values; /* a number as DynamoDB returns it, binary in base64, a truth "true" or "false" */
} ConditionValues;

typedef struct PolicyTags
{
	int count;
	const SessionTag *tags;
} PolicyTags;

/*
 * What is asked. Everything that is not set is absent or empty, so that {0} and the first four
 * members make a question.
 */
typedef struct PolicyRequest
{
	const Identity *identity;
	Bytes action;   /* "dynamodb:GetItem" */
	Bytes resource; /* the ARN of a table, index or stream; "*" of an action that has none */
	Oid table;      /* whose resource policy applies, also to its indexes; invalid: no such table */
	int64 stream;   /* label of the stream whose policy applies instead, as in stream_catalog.h; 0:
	                   none */
	ConditionKeySet
	    pending; /* keys whose values are not known yet; `values` of them do not count */
	ConditionValues values[GIVEN_CONDITION_KEYS]; /* by ConditionKey */
	PolicyTags request_tags;                      /* of CreateTable, TagResource */
	PolicyTags
	    resource_tags; /* of the table; pending until a policy asks: CONDITION_KEY_RESOURCE_TAG */
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

typedef struct PolicyDecision
{
	PolicyVerdict verdict;
	ConditionKeySet
	    pending;  /* POLICY_UNDECIDED: the keys of the request's `pending` it depends on */
	bool matched; /* whether a statement decided: one that denies, or that allows */
	PolicyKind
	    kind; /* of the policy with the statement; else of the one that has none that allows */
	const char *policy; /* name of the identity policy with the statement; NULL: another's */
	int statement;      /* its number in the document, from 0 */
	Bytes sid;          /* its Sid; data NULL: it has none */
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

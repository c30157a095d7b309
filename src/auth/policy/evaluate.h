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
#include "auth/condition/policy_request.h"
#include "auth/decision_note.h"

typedef enum PolicyVerdict
{
	POLICY_ALLOW,
	POLICY_DENY,
	POLICY_UNDECIDED
} PolicyVerdict;

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
 * Notes a decision that policies have made, and that counts: POLICY_UNDECIDED as a denial. Nothing
 * where no policy applied or `note` is NULL. Before the next call of PolicyDecide.
 */
extern void PolicyNoteDecision(DecisionNote *note, const PolicyDecision *decision);

/*
 * Why it denies, as AccessDeniedException's text ends: "because no ... policy allows the ...
 * action", or "with an explicit deny in ...". Palloc'd.
 */
extern const char *PolicyDenialReason(const PolicyRequest *request, const PolicyDecision *decision);

/*
 * Raises AccessDeniedException with AWS's text for a decision that is not POLICY_ALLOW.
 */
pg_noreturn extern void PolicyRaiseDenied(const PolicyRequest *request,
                                          const PolicyDecision *decision);

#endif

/*
 * Deciding by policies.
 *
 * A statement that denies, in whichever policy, wins. Else a policy of the role, or of the
 * resource, has to allow, and the session's policy as well, unless the resource's names the session
 * itself. A role without policies, where the resource has none and dynamo.require_policies is off,
 * may what PostgreSQL's privileges let it.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "auth/policy/evaluate.h"
#include "auth/policy/policy_cache.h"
#include "auth/policy/statement.h"
#include "error/error.h"

static bool require_policies = false;

void
PolicyInit(void)
{
	DefineCustomBoolVariable("dynamo.require_policies",
	                         "Denies what no policy allows, also to roles without policies.",
	                         "Superusers are never narrowed by policies.", &require_policies, false,
	                         PGC_SIGHUP, 0, NULL, NULL, NULL);
}

/* --- the policies that apply --- */

typedef struct PolicySet
{
	const IdentityPolicies *identity;
	const PolicyDocument *session;  /* NULL: none */
	const PolicyDocument *resource; /* the same */
} PolicySet;

/* False where none applies. */
static bool
FindPolicies(const Identity *identity, Oid table, int64 stream, PolicySet *set)
{
	static const IdentityPolicies none;
	bool stored = PolicyCacheStart();
	const char *session = identity->session != NULL ? identity->session->policy : NULL;

	*set = (PolicySet){ &none };
	if ((!stored && session == NULL && !require_policies) || superuser_arg(identity->role))
		return false;
	if (stored)
	{
		set->identity = PolicyCacheOfRole(identity->role);
		set->resource = PolicyCacheOfResource(table, stream);
	}
	if (session != NULL)
		set->session = PolicyCacheOfSession(session);
	return require_policies || set->identity->count > 0 || set->session != NULL ||
	       set->resource != NULL;
}

bool
PolicyApplies(const Identity *identity, Oid table, int64 stream)
{
	PolicySet set;

	return FindPolicies(identity, table, stream, &set);
}

/* --- votes --- */

/* The strongest statement of its sort met. */
typedef struct Vote
{
	Truth truth;
	ConditionKeySet asked; /* what statements that are unknown depend on */
	const char *policy;
	int statement;
	Bytes sid;
} Vote;

#define POLICY_KINDS (POLICY_OF_RESOURCE + 1)

typedef struct Votes
{
	PolicyQuestion question;
	Vote denies[POLICY_KINDS];
	Vote allows[POLICY_KINDS];
	Vote allows_session; /* of the resource's policy, which names the session */
} Votes;

static Vote *
VoteOf(Votes *votes, const PolicyStatement *statement, PolicyKind kind)
{
	if (statement->effect == EFFECT_DENY)
		return &votes->denies[kind];
	if (kind == POLICY_OF_RESOURCE &&
	    StatementNamesSession(statement, votes->question.request->identity))
		return &votes->allows_session;
	return &votes->allows[kind];
}

static void
CastVote(Votes *votes, const PolicyDocument *document, int number, PolicyKind kind,
         const char *policy)
{
	const PolicyStatement *statement = &document->statements[number];
	Vote *vote = VoteOf(votes, statement, kind);
	Truth truth;

	if (vote->truth == TRUTH_TRUE)
		return;
	votes->question.asked = 0;
	truth = StatementHolds(statement, &votes->question);
	if (truth == TRUTH_FALSE)
		return;
	if (truth == TRUTH_UNKNOWN)
		vote->asked |= votes->question.asked;
	if (truth > vote->truth)
	{
		vote->truth = truth;
		vote->policy = policy;
		vote->statement = number;
		vote->sid = statement->sid;
	}
}

static void
CastVotes(Votes *votes, const PolicyDocument *document, PolicyKind kind, const char *policy)
{
	for (int i = 0; document != NULL && i < document->count; i++)
		CastVote(votes, document, i, kind, policy);
}

static void
CollectVotes(Votes *votes, const PolicySet *set)
{
	for (int i = 0; i < set->identity->count; i++)
		CastVotes(votes, set->identity->policies[i].document, POLICY_OF_IDENTITY,
		          set->identity->policies[i].name);
	CastVotes(votes, set->session, POLICY_OF_SESSION, NULL);
	CastVotes(votes, set->resource, POLICY_OF_RESOURCE, NULL);
}

/* --- the decision --- */

static PolicyDecision
DecisionOf(PolicyVerdict verdict, PolicyKind kind, const Vote *vote)
{
	return (PolicyDecision){ .verdict = verdict,
		                     .matched = vote->truth != TRUTH_FALSE,
		                     .kind = kind,
		                     .policy = vote->policy,
		                     .statement = vote->statement,
		                     .sid = vote->sid };
}

/* A role without policies, and all that has a say is its session's: privileges decide the rest. */
static bool
PrivilegesDecide(const PolicySet *set)
{
	return set->identity->count == 0 && set->resource == NULL && !require_policies;
}

/* What allows, with the statement that does. */
static Truth
Allowance(const Votes *votes, const PolicySet *set, PolicyDecision *decision)
{
	const Vote *identity = &votes->allows[POLICY_OF_IDENTITY];
	const Vote *resource = &votes->allows[POLICY_OF_RESOURCE];
	const Vote *session = &votes->allows[POLICY_OF_SESSION];
	const Vote *direct = &votes->allows_session;
	Truth role = PrivilegesDecide(set) ? TRUTH_TRUE : Max(identity->truth, resource->truth);
	Truth both = set->session != NULL ? Min(role, session->truth) : role;

	if (direct->truth > both)
		*decision = DecisionOf(POLICY_ALLOW, POLICY_OF_RESOURCE, direct);
	else if (PrivilegesDecide(set) && set->session != NULL)
		*decision = DecisionOf(POLICY_ALLOW, POLICY_OF_SESSION, session);
	else if (resource->truth > identity->truth)
		*decision = DecisionOf(POLICY_ALLOW, POLICY_OF_RESOURCE, resource);
	else
		*decision = DecisionOf(POLICY_ALLOW, POLICY_OF_IDENTITY, identity);
	if (Max(both, direct->truth) == TRUTH_FALSE)
		*decision = (PolicyDecision){ .verdict = POLICY_DENY,
			                          .kind = role == TRUTH_FALSE ? POLICY_OF_IDENTITY
			                                                      : POLICY_OF_SESSION };
	return Max(both, direct->truth);
}

static ConditionKeySet
PendingOf(const Vote *vote)
{
	return vote->truth == TRUTH_UNKNOWN ? vote->asked : 0;
}

static PolicyDecision
Undecided(const Votes *votes)
{
	PolicyDecision decision = { .verdict = POLICY_UNDECIDED,
		                        .pending = PendingOf(&votes->allows_session) };

	for (int i = 0; i < POLICY_KINDS; i++)
		decision.pending |= PendingOf(&votes->denies[i]) | PendingOf(&votes->allows[i]);
	return decision;
}

static PolicyDecision
Count(const Votes *votes, const PolicySet *set)
{
	PolicyDecision decision;
	Truth denied = TRUTH_FALSE;
	Truth allowed;

	for (int i = 0; i < POLICY_KINDS; i++)
	{
		if (votes->denies[i].truth == TRUTH_TRUE)
			return DecisionOf(POLICY_DENY, i, &votes->denies[i]);
		denied = Max(denied, votes->denies[i].truth);
	}
	allowed = Allowance(votes, set, &decision);
	if (allowed == TRUTH_FALSE)
		return decision;
	return Min(allowed, TruthNot(denied)) == TRUTH_TRUE ? decision : Undecided(votes);
}

PolicyDecision
PolicyDecide(const PolicyRequest *request)
{
	Votes votes;
	PolicySet set;

	if (!FindPolicies(request->identity, request->table, request->stream, &set))
		return (PolicyDecision){ .verdict = POLICY_ALLOW };
	memset(&votes, 0, sizeof(votes));
	QuestionStart(&votes.question, request);
	CollectVotes(&votes, &set);
	QuestionEnd(&votes.question);
	return Count(&votes, &set);
}

/* --- noting --- */

void
PolicyNoteDecision(DecisionNote *note, const PolicyDecision *decision)
{
	static const char *const types[POLICY_KINDS] = {
		[POLICY_OF_IDENTITY] = "identity",
		[POLICY_OF_SESSION] = "session",
		[POLICY_OF_RESOURCE] = "resource",
	};
	NotedDecision noted = { .denied = decision->verdict != POLICY_ALLOW };
	int length;

	if (note == NULL || (!noted.denied && !decision->matched))
		return;
	noted.policy_type = types[decision->kind];
	if (decision->matched)
		noted.statement = decision->statement + 1;
	if (decision->policy != NULL)
		strlcpy(noted.policy, decision->policy, sizeof(noted.policy));
	length = pg_mbcliplen(decision->sid.data, decision->sid.length, sizeof(noted.sid) - 1);
	if (length > 0)
		memcpy(noted.sid, decision->sid.data, length);
	DecisionNoteAdd(note, &noted);
}

/* --- refusing --- */

const char *
PolicyDenialReason(const PolicyRequest *request, const PolicyDecision *decision)
{
	static const char *const explicit[POLICY_KINDS] = {
		[POLICY_OF_IDENTITY] = "an identity-based policy",
		[POLICY_OF_SESSION] = "a session policy",
		[POLICY_OF_RESOURCE] = "a resource-based policy",
	};

	if (decision->matched)
		return psprintf("with an explicit deny in %s", explicit[decision->kind]);
	return psprintf("because no %s policy allows the %.*s action",
	                decision->kind == POLICY_OF_SESSION ? "session" : "identity-based",
	                BYTES_ARGS(request->action));
}

void
PolicyRaiseDenied(const PolicyRequest *request, const PolicyDecision *decision)
{
	DynamoError(EXCEPTION_ACCESS_DENIED, TEXT_NOT_AUTHORIZED, IdentityArn(request->identity),
	            BYTES_ARGS(request->action), BYTES_ARGS(request->resource),
	            PolicyDenialReason(request, decision));
}

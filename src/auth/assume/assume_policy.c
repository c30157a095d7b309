/*
 * Membership of a role allows to assume it, as in IAM the trust policy of a role does that names
 * the caller. What denies it wins.
 */
#include "auth/assume/assume_policy.h"

#include "auth/policy/evaluate.h"
#include "auth/policy/source_address.h"

/* The values that the conditions of policies are told. */
typedef struct Told
{
	Bytes address;
	Bytes secure;
	Bytes user_agent;
	Bytes *tag_keys;
} Told;

static void
Tell(PolicyRequest *question, ConditionKey key, const Bytes *value)
{
	if (value->data != NULL)
		question->values[key] = (ConditionValues){ 1, value };
}

static void
TellWay(PolicyRequest *question, const AssumeRoleRequest *request, Told *told)
{
	if (!request->http)
		return;
	told->address = SourceAddress(request->client);
	told->secure = request->secure ? BYTES_LITERAL("true") : BYTES_LITERAL("false");
	told->user_agent = request->user_agent;
	Tell(question, CONDITION_KEY_SOURCE_IP, &told->address);
	Tell(question, CONDITION_KEY_SECURE_TRANSPORT, &told->secure);
	Tell(question, CONDITION_KEY_USER_AGENT, &told->user_agent);
}

static void
TellTags(PolicyRequest *question, const AssumeRoleRequest *request, Told *told)
{
	told->tag_keys = palloc(sizeof(Bytes) * Max(request->tag_count, 1));
	for (int i = 0; i < request->tag_count; i++)
		told->tag_keys[i] = request->tags[i].key;
	question->values[CONDITION_KEY_TAG_KEYS] =
	    (ConditionValues){ request->tag_count, told->tag_keys };
	question->request_tags = (PolicyTags){ request->tag_count, request->tags };
}

static bool
IsDenied(PolicyRequest *question, Bytes action, DecisionNote *note)
{
	PolicyDecision decision;

	question->action = action;
	decision = PolicyDecide(question);
	if (decision.verdict != POLICY_DENY || !decision.matched)
		return false;
	PolicyNoteDecision(note, &decision);
	return true;
}

bool
AssumeIsDenied(const Identity *caller, const AssumeRoleRequest *request)
{
	PolicyRequest question = { .identity = caller,
		                       .resource = BytesFromCString(RoleArn(request->role)) };
	Told told;

	TellWay(&question, request, &told);
	TellTags(&question, request, &told);
	return IsDenied(&question, BYTES_LITERAL("sts:AssumeRole"), request->note) ||
	       (request->tag_count > 0 &&
	        IsDenied(&question, BYTES_LITERAL("sts:TagSession"), request->note));
}

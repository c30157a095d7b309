/*
 * dynamo.simulate_policy: what policies would say of a request.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "auth/policy/evaluate.h"
#include "auth/policy/policy_check.h"
#include "compat.h"
#include "error/error.h"
#include "json/json.h"
#include "operation/table/policy_resource.h"

PG_FUNCTION_INFO_V1(dynamo_simulate_policy);

/* --- the context --- */

/* A session whose tags and policy the caller gives. */
typedef struct Simulation
{
	PolicyRequest request;
	Identity identity;
	RoleSession session;
	SessionTag *tags[CONDITION_KEYS]; /* of the keys that have tags */
	int tag_counts[CONDITION_KEYS];
	bool leaves_out; /* the policy that the resource may have: it is not the caller's to read */
} Simulation;

static Bytes
ScalarText(const JsonNode *node, Bytes key)
{
	switch (node->type)
	{
		case JSON_NODE_STRING:
		case JSON_NODE_NUMBER:
			return (Bytes){ node->text, node->count };
		case JSON_NODE_BOOLEAN:
			return node->boolean ? BYTES_LITERAL("true") : BYTES_LITERAL("false");
		default:
			ereport(ERROR,
			        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			         errmsg("value of condition key \"%.*s\" is no string, number or boolean",
			                BYTES_ARGS(key))));
	}
}

static ConditionValues
ReadValues(const JsonNode *node, Bytes key)
{
	int count = node->type == JSON_NODE_ARRAY ? node->count : 1;
	const JsonNode *nodes = node->type == JSON_NODE_ARRAY ? node->elements : node;
	Bytes *values = palloc_array(Bytes, Max(count, 1));

	for (int i = 0; i < count; i++)
		values[i] = ScalarText(&nodes[i], key);
	return (ConditionValues){ count, values };
}

/* One key of the context; null: it is not known yet. */
static void
AddKey(Simulation *simulation, const JsonMember *member, int most_tags)
{
	ConditionKey key;
	Bytes tag;

	if (!ConditionKeyFind(member->name, &key, &tag))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("there is no condition key \"%.*s\"", BYTES_ARGS(member->name))));
	if (member->value.type == JSON_NODE_NULL)
		simulation->request.pending |= (ConditionKeySet) 1 << key;
	else if (tag.data == NULL)
		simulation->request.values[key] = ReadValues(&member->value, member->name);
	else
	{
		if (simulation->tags[key] == NULL)
			simulation->tags[key] = palloc_array(SessionTag, most_tags);
		simulation->tags[key][simulation->tag_counts[key]++] =
		    (SessionTag){ tag, ScalarText(&member->value, member->name) };
	}
}

static PolicyTags
TagsOf(const Simulation *simulation, ConditionKey key)
{
	return (PolicyTags){ simulation->tag_counts[key], simulation->tags[key] };
}

static void
ReadContext(Simulation *simulation, const JsonNode *context)
{
	if (context->type != JSON_NODE_OBJECT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("context is no object of condition keys and their values")));
	for (int i = 0; i < context->count; i++)
		AddKey(simulation, &context->members[i], context->count);
	simulation->request.request_tags = TagsOf(simulation, CONDITION_KEY_REQUEST_TAG);
	simulation->request.resource_tags = TagsOf(simulation, CONDITION_KEY_RESOURCE_TAG);
	simulation->session.tag_count = simulation->tag_counts[CONDITION_KEY_PRINCIPAL_TAG];
	simulation->session.tags = simulation->tags[CONDITION_KEY_PRINCIPAL_TAG];
}

/* --- the identity --- */

static void
CheckMaySimulate(Oid role)
{
	(void) GetUserNameFromId(role, false);
	if (!has_privs_of_role(GetUserId(), role) && !is_admin_of_role(GetUserId(), role))
		ereport(ERROR,
		        (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		         errmsg("must have privileges of role \"%s\"", GetUserNameFromId(role, false))));
}

/* A session where anything of one is given. */
static void
ReadSession(Simulation *simulation, const char *name, text *policy)
{
	if (policy != NULL)
	{
		simulation->session.policy = text_to_cstring(policy);
		PolicyCheckDocument(BytesFromCString(simulation->session.policy), POLICY_OF_SESSION);
	}
	simulation->session.name = name != NULL ? name : "simulation";
	if (name != NULL || policy != NULL || simulation->session.tag_count > 0)
		simulation->identity.session = &simulation->session;
}

/* --- the resource --- */

/*
 * Of an ARN that is no table's or stream's no policy but the role's has a say. A resource's policy
 * is left out where GetResourcePolicy would not show it, and whether there is one is not told.
 */
static void
ReadResource(Simulation *simulation, Bytes arn)
{
	PolicyResource resource;

	simulation->request.resource = arn;
	if (!BytesBeginWith(arn, BYTES_LITERAL("arn:")) || BytesFind(arn, '*') != NULL)
		return;
	resource = PolicyResourceOf(arn);
	simulation->leaves_out = !has_privs_of_role(GetUserId(), resource.owner);
	if (simulation->leaves_out)
		return;
	simulation->request.table = resource.relation;
	simulation->request.stream = resource.stream;
}

/* --- the answer --- */

static const char *
UndecidedReason(ConditionKeySet pending)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < CONDITION_KEYS; i++)
		if ((pending & (ConditionKeySet) 1 << i) != 0)
			appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "depends on ",
			                 ConditionKeyName(i));
	return text.data;
}

static const char *
AllowedReason(const PolicyDecision *decision)
{
	if (!decision->matched)
		return "no policy applies: privileges decide";
	switch (decision->kind)
	{
		case POLICY_OF_IDENTITY:
			return "by an identity-based policy";
		case POLICY_OF_SESSION:
			return "by a session policy";
		case POLICY_OF_RESOURCE:
			return "by a resource-based policy";
	}
	pg_unreachable();
}

static const char *
ReasonOf(const Simulation *simulation, const PolicyDecision *decision)
{
	const char *reason;

	if (decision->verdict == POLICY_ALLOW)
		reason = AllowedReason(decision);
	else if (decision->verdict == POLICY_DENY)
		reason = PolicyDenialReason(&simulation->request, decision);
	else
		reason = UndecidedReason(decision->pending);
	if (!simulation->leaves_out || (decision->verdict == POLICY_DENY && decision->matched))
		return reason;
	return psprintf("%s; a policy of the resource, which its owner alone may read, is left out",
	                reason);
}

static Datum
AnswerRow(FunctionCallInfo fcinfo, const Simulation *simulation, const PolicyDecision *decision)
{
	static const char *const words[] = {
		[POLICY_ALLOW] = "allowed",
		[POLICY_DENY] = "denied",
		[POLICY_UNDECIDED] = "undecided",
	};
	bool nulls[5] = { false, false, decision->policy == NULL, !decision->matched,
		              decision->sid.data == NULL };
	Datum values[5] = { CStringGetTextDatum(words[decision->verdict]) };
	TupleDesc row;

	values[1] = CStringGetTextDatum(ReasonOf(simulation, decision));
	if (!nulls[2])
		values[2] = CStringGetTextDatum(decision->policy);
	values[3] = Int32GetDatum(decision->statement + 1);
	if (!nulls[4])
		values[4] =
		    PointerGetDatum(cstring_to_text_with_len(decision->sid.data, decision->sid.length));
	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls));
}

static Bytes
TextArgument(text *argument)
{
	return (Bytes){ VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument) };
}

/* simulate_policy(role regrole, action text, resource text, context jsonb, session_name text,
 * session_policy json) */
Datum
dynamo_simulate_policy(PG_FUNCTION_ARGS)
{
	Simulation simulation = { { NULL } };
	PolicyDecision decision;

	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			                errmsg("role, action, resource and context may not be null")));
	simulation.identity.role = PG_GETARG_OID(0);
	CheckMaySimulate(simulation.identity.role);
	simulation.request.identity = &simulation.identity;
	simulation.request.action = TextArgument(PG_GETARG_TEXT_PP(1));
	ReadResource(&simulation, TextArgument(PG_GETARG_TEXT_PP(2)));
	ReadContext(&simulation, JsonFromJsonb(PG_GETARG_JSONB_P(3)));
	ReadSession(&simulation, PG_ARGISNULL(4) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(4)),
	            PG_ARGISNULL(5) ? NULL : PG_GETARG_TEXT_PP(5));
	decision = PolicyDecide(&simulation.request);
	return AnswerRow(fcinfo, &simulation, &decision);
}

/*
 * Putting a question together.
 */
#include "operation/access/question.h"

#include "auth/policy/source_address.h"

/* From SQL there is no network that conditions could be about. */
static void
SetWay(Question *question, const OperationContext *context)
{
	if (context->source != SOURCE_HTTP)
		return;
	QuestionSet(question, CONDITION_KEY_SOURCE_IP, SourceAddress(context->client));
	QuestionSet(question, CONDITION_KEY_SECURE_TRANSPORT,
	            context->secure ? BYTES_LITERAL("true") : BYTES_LITERAL("false"));
	QuestionSet(question, CONDITION_KEY_USER_AGENT, context->user_agent);
}

Question *
QuestionCreate(const OperationContext *context, const char *action, const char *resource)
{
	Question *question = palloc0(sizeof(Question));

	question->policy.identity = &context->identity;
	question->policy.action =
	    BytesFromCString(strchr(action, ':') != NULL ? action : psprintf("dynamodb:%s", action));
	question->policy.resource = BytesFromCString(resource);
	question->note = context->note;
	SetWay(question, context);
	return question;
}

void
QuestionSet(Question *question, ConditionKey key, Bytes value)
{
	question->policy.pending &= ~((ConditionKeySet) 1 << key);
	question->single[key] = value;
	question->policy.values[key] = (ConditionValues){ 0 };
	if (value.data != NULL)
		question->policy.values[key] = (ConditionValues){ 1, &question->single[key] };
}

void
QuestionSetList(Question *question, ConditionKey key, const List *values)
{
	Bytes *array = palloc(sizeof(Bytes) * Max(list_length(values), 1));

	question->policy.pending &= ~((ConditionKeySet) 1 << key);
	for (int i = 0; i < list_length(values); i++)
		array[i] = *(const Bytes *) list_nth(values, i);
	question->policy.values[key] = (ConditionValues){ list_length(values), array };
}

void
QuestionForget(Question *question, ConditionKeySet keys)
{
	question->policy.pending |= keys;
	for (int key = 0; key < GIVEN_CONDITION_KEYS; key++)
	{
		if ((keys & ((ConditionKeySet) 1 << key)) != 0)
			question->policy.values[key] = (ConditionValues){ 0, NULL };
	}
	if ((keys & CONDITION_KEY_BIT(RESOURCE_TAG)) != 0)
		question->policy.resource_tags = (PolicyTags){ 0, NULL };
}

void
QuestionSetResourceTags(Question *question, const ResourceTags *tags)
{
	SessionTag *asked = palloc(sizeof(SessionTag) * Max(tags->count, 1));

	question->policy.pending &= ~CONDITION_KEY_BIT(RESOURCE_TAG);
	for (int i = 0; i < tags->count; i++)
		asked[i] = (SessionTag){ tags->all[i].key, tags->all[i].value };
	question->policy.resource_tags = (PolicyTags){ tags->count, asked };
}

PolicyDecision
QuestionDecide(const Question *question)
{
	PolicyDecision decision = PolicyDecide(&question->policy);

	if (decision.verdict != POLICY_UNDECIDED)
		PolicyNoteDecision(question->note, &decision);
	return decision;
}

void
QuestionRefuse(const Question *question, const PolicyDecision *decision)
{
	PolicyNoteDecision(question->note, decision);
	PolicyRaiseDenied(&question->policy, decision);
}

void
QuestionRequire(const Question *question)
{
	PolicyDecision decision = QuestionDecide(question);

	if (decision.verdict != POLICY_ALLOW)
		QuestionRefuse(question, &decision);
}

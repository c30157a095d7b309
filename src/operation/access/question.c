/*
 * Putting a question together.
 */
#include "operation/access/question.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define MAPPED_PREFIX "::ffff:" /* of an address of IPv4 that a socket of IPv6 shows */

/* NULL where there is no address. */
static char *
AddressText(const struct sockaddr *address)
{
	char text[NI_MAXHOST];
	socklen_t length;

	if (address == NULL || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
		return NULL;
	length =
	    address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	if (getnameinfo(address, length, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
		return NULL;
	text[strcspn(text, "%")] = '\0'; /* the zone is this machine's */
	if (strncmp(text, MAPPED_PREFIX, strlen(MAPPED_PREFIX)) == 0 && strchr(text, '.') != NULL)
		return pstrdup(text + strlen(MAPPED_PREFIX));
	return pstrdup(text);
}

/* From SQL there is no network that conditions could be about. */
static void
SetWay(Question *question, const OperationContext *context)
{
	char *address = AddressText(context->client);

	if (context->source != SOURCE_HTTP)
		return;
	if (address != NULL)
		QuestionSet(question, CONDITION_KEY_SOURCE_IP, BytesFromCString(address));
	QuestionSet(question, CONDITION_KEY_SECURE_TRANSPORT,
	            context->secure ? BYTES_LITERAL("true") : BYTES_LITERAL("false"));
	QuestionSet(question, CONDITION_KEY_USER_AGENT, context->user_agent);
}

Question *
QuestionCreate(const OperationContext *context, const char *action, const char *resource)
{
	Question *question = palloc0(sizeof(Question));

	question->policy.identity = &context->identity;
	question->policy.action = BytesFromCString(psprintf("dynamodb:%s", action));
	question->policy.resource = BytesFromCString(resource);
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
QuestionSetResourceTags(Question *question, const TableSettings *settings)
{
	SessionTag *tags = palloc(sizeof(SessionTag) * Max(settings->tag_count, 1));

	question->policy.pending &= ~CONDITION_KEY_BIT(RESOURCE_TAG);
	for (int i = 0; i < settings->tag_count; i++)
		tags[i] = (SessionTag){ settings->tags[i].key, settings->tags[i].value };
	question->policy.resource_tags = (PolicyTags){ settings->tag_count, tags };
}

void
QuestionRequire(const Question *question)
{
	PolicyDecision decision = PolicyDecide(&question->policy);

	if (decision.verdict != POLICY_ALLOW)
		PolicyRaiseDenied(&question->policy, &decision);
}

/*
 * Looking up what policies ask of a request.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "auth/condition/letter_case.h"
#include "auth/condition/question.h"
#include "model/resource_name.h"

bool
ArnSplit(Bytes text, Bytes parts[ARN_PARTS])
{
	for (int i = 0; i < ARN_PARTS - 1; i++)
	{
		const char *colon = BytesFind(text, ':');

		if (colon == NULL)
			return false;
		parts[i] = (Bytes){ text.data, colon - text.data };
		text = (Bytes){ colon + 1, text.length - parts[i].length - 1 };
	}
	parts[ARN_PARTS - 1] = text;
	return true;
}

void
QuestionStart(PolicyQuestion *question, const PolicyRequest *request)
{
	question->request = request;
	question->context = CurrentMemoryContext;
	question->scratch = NULL;
	question->action = LowerText(request->action);
	question->asked = 0;
	question->found_known = 0;
	if (!ArnSplit(request->resource, question->resource))
		question->resource[0].data = NULL;
}

void
QuestionEnd(PolicyQuestion *question)
{
	if (question->scratch != NULL)
		MemoryContextDelete(question->scratch);
	question->scratch = NULL;
}

MemoryContext
QuestionScratch(PolicyQuestion *question)
{
	if (question->scratch == NULL)
		question->scratch = AllocSetContextCreate(question->context, "dynamo condition value",
		                                          ALLOCSET_SMALL_SIZES);
	return question->scratch;
}

/* --- what the identity, the settings and the clock tell --- */

static Bytes
Text(const char *text)
{
	return BytesFromCString(text);
}

static int64
Seconds(void)
{
	return timestamptz_to_time_t(GetCurrentStatementStartTimestamp());
}

/* Digits, with zeros before them, up to `end`. */
static void
WriteDigits(char *end, int digits, int value)
{
	for (int i = 0; i < digits; i++, value /= 10)
		*--end = '0' + value % 10;
}

/* As policies are asked for often: pg_strftime() costs some 3,000 instructions. */
static Bytes
CurrentTime(const Identity *identity)
{
	char *text = pstrdup("0000-00-00T00:00:00Z");
	int64 seconds = Seconds();
	int second_of_day = seconds % SECS_PER_DAY;
	int year;
	int month;
	int day;

	j2date(seconds / SECS_PER_DAY + UNIX_EPOCH_JDATE, &year, &month, &day);
	WriteDigits(text + 4, 4, year);
	WriteDigits(text + 7, 2, month);
	WriteDigits(text + 10, 2, day);
	WriteDigits(text + 13, 2, second_of_day / SECS_PER_HOUR);
	WriteDigits(text + 16, 2, second_of_day / SECS_PER_MINUTE % 60);
	WriteDigits(text + 19, 2, second_of_day % 60);
	return Text(text);
}

static Bytes
EpochTime(const Identity *identity)
{
	return Text(psprintf(INT64_FORMAT, Seconds()));
}

/* Of users alone: data NULL of a role that was assumed. */
static Bytes
UserName(const Identity *identity)
{
	return identity->session != NULL ? (Bytes){ NULL, 0 } : Text(IdentityRoleName(identity));
}

static Bytes
UserId(const Identity *identity)
{
	return Text(IdentityUserId(identity));
}

static Bytes
PrincipalArn(const Identity *identity)
{
	return Text(IdentityPrincipalArn(identity));
}

static Bytes
PrincipalAccount(const Identity *identity)
{
	return Text(AccountId());
}

static Bytes
PrincipalType(const Identity *identity)
{
	return identity->session != NULL ? BYTES_LITERAL("AssumedRole") : BYTES_LITERAL("User");
}

static Bytes
RequestedRegion(const Identity *identity)
{
	return Text(RegionName());
}

/* No way to sign in has a second factor. */
static Bytes
MultiFactorAuthPresent(const Identity *identity)
{
	return BYTES_LITERAL("false");
}

#define FINDER(id) [CONDITION_KEY_##id - CONDITION_KEY_CURRENT_TIME]

static Bytes (*const finders[FOUND_CONDITION_KEYS])(const Identity *identity) = {
	FINDER(CURRENT_TIME) = CurrentTime,
	FINDER(EPOCH_TIME) = EpochTime,
	FINDER(USER_NAME) = UserName,
	FINDER(USER_ID) = UserId,
	FINDER(PRINCIPAL_ARN) = PrincipalArn,
	FINDER(PRINCIPAL_ACCOUNT) = PrincipalAccount,
	FINDER(PRINCIPAL_TYPE) = PrincipalType,
	FINDER(REQUESTED_REGION) = RequestedRegion,
	FINDER(MULTI_FACTOR_AUTH_PRESENT) = MultiFactorAuthPresent,
};

static ConditionValues
FoundValues(PolicyQuestion *question, ConditionKey key)
{
	Bytes *found = &question->found[key - CONDITION_KEY_CURRENT_TIME];
	ConditionKeySet bit = (ConditionKeySet) 1 << key;

	if ((question->found_known & bit) == 0)
	{
		MemoryContext caller = MemoryContextSwitchTo(question->context);

		*found = finders[key - CONDITION_KEY_CURRENT_TIME](question->request->identity);
		question->found_known |= bit;
		MemoryContextSwitchTo(caller);
	}
	return (ConditionValues){ found->data != NULL, found };
}

/* --- tags --- */

static PolicyTags
TagsOf(const PolicyRequest *request, ConditionKey key)
{
	const RoleSession *session = request->identity->session;

	if (key == CONDITION_KEY_REQUEST_TAG)
		return request->request_tags;
	if (key == CONDITION_KEY_RESOURCE_TAG)
		return request->resource_tags;
	return session != NULL ? (PolicyTags){ session->tag_count, session->tags }
	                       : (PolicyTags){ 0, NULL };
}

static bool
IsTag(const SessionTag *tag, Bytes key)
{
	return tag->key.length == key.length &&
	       pg_strncasecmp(tag->key.data, key.data, key.length) == 0;
}

/*
 * Keys of tags are compared as names of condition keys are, in any case. Of a resource's, which are
 * told apart by case, several may be meant: all of their values count.
 */
static ConditionValues
TagValues(const PolicyRequest *request, ConditionKey key, Bytes tag)
{
	PolicyTags tags = TagsOf(request, key);
	ConditionValues found = { 0, NULL };
	Bytes *several = NULL;

	for (int i = 0; i < tags.count; i++)
	{
		if (!IsTag(&tags.tags[i], tag))
			continue;
		if (found.count == 1)
		{
			several = palloc(sizeof(Bytes) * tags.count);
			several[0] = *found.values;
		}
		if (several != NULL)
			several[found.count] = tags.tags[i].value;
		found.values = several != NULL ? several : &tags.tags[i].value;
		found.count++;
	}
	return found;
}

Truth
QuestionValues(PolicyQuestion *question, ConditionKey key, Bytes tag, ConditionValues *values)
{
	ConditionKeySet bit = (ConditionKeySet) 1 << key;

	if ((question->request->pending & bit) != 0)
	{
		question->asked |= bit;
		return TRUTH_UNKNOWN;
	}
	if (tag.data != NULL)
		*values = TagValues(question->request, key, tag);
	else if (key < GIVEN_CONDITION_KEYS || question->request->values[key].count > 0)
		*values = question->request->values[key];
	else
		*values = FoundValues(question, key);
	return TruthOf(values->count > 0);
}

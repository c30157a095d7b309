/*
 * Throws mutated texts at the reader of policy documents, and what it accepts at requests, whose
 * values are pieces of the text. A text may only be accepted or rejected. What a statement says of
 * a request must not depend on how the document is written; what it says before all values are
 * known it must say afterwards; and a text with wildcards must match as by the plainest of rules.
 *
 * A module of its own, as item_fuzz.c is.
 */
#include "postgres.h"

#include "fuzz_loop.h"

#include "auth/policy/document.h"
#include "auth/policy/statement.h"
#include "auth/condition/typed_value.h"
#include "error/error.h"
#include "model/resource_name.h"
#include "model/structure.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(fuzz);

/* Settings of the server, which the module has not. */
const char *
RegionName(void)
{
	return "us-east-1";
}

const char *
AccountId(void)
{
	return "000000000000";
}

/* The catalog's word on the caller. */
char *
IdentityRoleName(const Identity *identity)
{
	return pstrdup("fuzz");
}

char *
IdentityUserId(const Identity *identity)
{
	return pstrdup("AIDA22222222222222222");
}

char *
IdentityPrincipalArn(const Identity *identity)
{
	return pstrdup("arn:aws:iam::000000000000:user/fuzz");
}

static const char *const tokens[] = {
	"{",
	"}",
	"[",
	"]",
	",",
	":",
	"\"",
	"*",
	"?",
	"${",
	"}",
	"${*}",
	"${aws:username}",
	"${aws:PrincipalTag/team, 'none'}",
	"${dynamodb:LeadingKeys}",
	"\"Version\":\"2008-10-17\",",
	"\"Effect\":\"Deny\",",
	"\"NotAction\":",
	"\"NotResource\":",
	"\"Principal\":\"*\",",
	"\"NotPrincipal\":{\"AWS\":\"000000000000\"},",
	"\"Condition\":{",
	"\"StringLike\":{",
	"\"StringNotEqualsIgnoreCase\":{",
	"\"NumericLessThan\":{",
	"\"DateGreaterThanEquals\":{",
	"\"Bool\":{",
	"\"BinaryEquals\":{",
	"\"NotIpAddress\":{",
	"\"ArnLike\":{",
	"\"Null\":{",
	"ForAllValues:",
	"ForAnyValue:",
	"IfExists",
	"\"dynamodb:LeadingKeys\":",
	"\"aws:UserAgent\":",
	"\"aws:CurrentTime\":",
	"\"aws:SourceIp\":",
	"\"dynamodb:Select\":",
	"\"aws:RequestTag/x\":",
	"\"2027-05-31T12:30:00.5+02:00\"",
	"\"10.0.0.0/8\"",
	"\"2001:db8::/33\"",
	"\"1e5\"",
	"\"YWJj\"",
	"\"true\"",
	"\"arn:aws:dynamodb:*:*:table/*\"",
	"dynamodb:*",
	"GetItem",
	"\\u0000",
	"\xC3\x84",
	"\xED\xA0\x80",
};

/* --- the plainest of rules --- */

static bool
PlainMatch(const TextTemplate *template, int piece, Bytes value)
{
	const TemplatePiece *at = &template->pieces[piece];
	Bytes rest = value;

	if (piece == template->count)
		return value.length == 0;
	if (at->kind == PIECE_TEXT)
	{
		if (!BytesBeginWith(value, at->text))
			return false;
		rest.data += at->text.length;
		rest.length -= at->text.length;
		return PlainMatch(template, piece + 1, rest);
	}
	if (at->kind == PIECE_ONE)
	{
		rest.data++;
		rest.length--;
		return value.length > 0 && PlainMatch(template, piece + 1, rest);
	}
	for (; rest.length >= 0; rest.data++, rest.length--)
		if (PlainMatch(template, piece + 1, rest))
			return true;
	return false;
}

/* Of short texts in ASCII without many wildcards, since the rule takes its time. */
static void
CheckMatching(Bytes text, Bytes value)
{
	TemplateForm form = { .wildcards = true };
	TextTemplate template;
	int wildcards = 0;

	for (int i = 0; i < value.length; i++)
		if ((unsigned char) value.data[i] > 127)
			return;
	for (int i = 0; i < text.length; i++)
		wildcards += text.data[i] == '*';
	if (wildcards > 4 || TemplateParse(text, form, &template) != NULL)
		return;
	Require((TemplateMatches(&template, NULL, value) == TRUTH_TRUE) ==
	        PlainMatch(&template, 0, value));
}

static void
CheckTypedValues(Bytes text)
{
	TimestampTz moment;
	Network network;

	(void) MomentParse(text, &moment);
	if (NetworkParse(text, &network))
		Require(NetworkContains(&network, &network));
}

/* --- statements --- */

static Truth
Judge(const PolicyStatement *statement, PolicyRequest *request, ConditionKeySet pending)
{
	PolicyQuestion question;
	Truth truth;

	request->pending = pending;
	QuestionStart(&question, request);
	truth = StatementHolds(statement, &question);
	Require((question.asked & ~pending) == 0);
	Require(truth != TRUTH_UNKNOWN || question.asked != 0);
	return truth;
}

/* What was said while keys were not known holds once they are. */
static void
CheckStatement(const PolicyStatement *statement, const PolicyStatement *again,
               PolicyRequest *request)
{
	static const ConditionKeySet sets[] = { PG_UINT32_MAX, CONDITION_KEY_BIT(LEADING_KEYS),
		                                    CONDITION_KEY_BIT(USER_AGENT),
		                                    CONDITION_KEY_BIT(SELECT) |
		                                        CONDITION_KEY_BIT(REQUEST_TAG) };
	Truth known = Judge(statement, request, 0);

	Require(known != TRUTH_UNKNOWN);
	Require(Judge(again, request, 0) == known);
	for (int i = 0; i < lengthof(sets); i++)
	{
		Truth early = Judge(statement, request, sets[i]);

		Require(early == TRUTH_UNKNOWN || early == known);
	}
}

/* A request whose values are pieces of the text. */
static void
CheckDocument(const PolicyDocument *document, const PolicyDocument *again, Bytes text)
{
	RoleSession session = { .name = "s", .tag_count = 1 };
	Identity identity = { .role = 10 };
	Bytes values[3] = { { text.data, Min(text.length, 12) },
		                { text.data + text.length / 2, Min(text.length / 2, 5) },
		                BYTES_LITERAL("10.1.2.3") };
	SessionTag tag = { BYTES_LITERAL("team"), values[1] };
	PolicyRequest request = { .identity = &identity,
		                      .action = BYTES_LITERAL("dynamodb:GetItem"),
		                      .resource = BYTES_LITERAL(
		                          "arn:aws:dynamodb:us-east-1:000000000000:table/a") };

	session.tags = &tag;
	request.values[CONDITION_KEY_LEADING_KEYS] = (ConditionValues){ text.length % 4, values };
	request.values[CONDITION_KEY_USER_AGENT] = (ConditionValues){ text.length % 2, values + 1 };
	request.values[CONDITION_KEY_SOURCE_IP] = (ConditionValues){ 1, values + 2 };
	request.request_tags = (PolicyTags){ 1, &tag };
	Require(document->count == again->count);
	for (int i = 0; i < document->count; i++)
	{
		identity.session = i % 2 == 0 ? &session : NULL;
		CheckStatement(&document->statements[i], &again->statements[i], &request);
	}
}

static Bytes
Rewrite(Bytes text)
{
	StringInfoData copy;
	JsonWriter writer;

	initStringInfo(&copy);
	JsonWriterInit(&writer, &copy, false);
	RequestNodeWrite(&writer, JsonParse(text));
	return (Bytes){ copy.data, copy.len };
}

static void
Target(Bytes input)
{
	PolicyKind kind = input.length % 3;
	Bytes head = { input.data, Min(input.length, 10) };
	Bytes tail = { input.data + input.length - head.length, head.length };
	const PolicyDocument *document;

	CheckMatching(head, tail);
	CheckTypedValues(tail);
	document = PolicyDocumentParse(input, kind, false);
	CheckDocument(document, PolicyDocumentParse(Rewrite(input), kind, false), input);
}

static bool
IsExpected(int sqlstate)
{
	return sqlstate == ExceptionSqlState(EXCEPTION_MALFORMED_POLICY_DOCUMENT) ||
	       sqlstate == ExceptionSqlState(EXCEPTION_VALIDATION);
}

/* fuzz(seeds bytea[], random_seed bigint, rounds integer): inputs accepted. */
Datum
fuzz(PG_FUNCTION_ARGS)
{
	FuzzLanguage language = { Target, IsExpected, tokens, lengthof(tokens), "policies" };

	PG_RETURN_INT32(
	    FuzzLoop(&language, PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_INT64(1), PG_GETARG_INT32(2)));
}

/*
 * Throws mutated headers at the check of signatures. A request may only be refused in the service's
 * words, or accepted where what it says is what was signed: the example of the IAM User Guide,
 * "Create a signed AWS API request", of which the signature is known.
 *
 * A module of its own, as item_fuzz.c is.
 */
#include "postgres.h"

#include "fuzz_loop.h"

#include "auth/signature/canonical_request.h"
#include "auth/signature/signature.h"
#include "error/error.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(fuzz);
PG_FUNCTION_INFO_V1(take);

#define MAX_FIELDS 100
#define SIGNATURE "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
#define CANONICAL                                                                        \
	"GET\n/\nAction=ListUsers&Version=2010-05-08\n"                                      \
	"content-type:application/x-www-form-urlencoded; charset=utf-8\n"                    \
	"host:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"                            \
	"content-type;host;x-amz-date\n"                                                     \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char *const tokens[] = {
	"Authorization:", "X-Amz-Date:", "Host:iam.amazonaws.com\n", "x-amz-target:a\n", "Date:",
	"AWS4-HMAC-SHA256 ", "AWS4-", "Credential=", "SignedHeaders=", "Signature=", "/", ",", "=", ";",
	":", "\n", "host", "20150830T123600Z", "20150830", "Sun, 30 Aug 2015 12:36:00 GMT", SIGNATURE,
	" ", "\t", "aws4_request", "us-east-1", "AKIDEXAMPLE", "\xFF", "%",
};

/* Lines of a name, a colon and a value, as a parser of HTTP gives them. */
static int
ReadFields(Bytes input, SignedField *fields)
{
	int count = 0;
	int start = 0;

	for (int i = 0; i < input.length && count < MAX_FIELDS; i++)
	{
		Bytes line = { input.data + start, i - start };
		const char *colon;

		if (input.data[i] != '\n')
			continue;
		colon = BytesFind(line, ':');
		if (colon != NULL)
			fields[count++] = (SignedField){ { line.data, colon - line.data },
				                             { colon + 1, line.data + line.length - colon - 1 } };
		start = i + 1;
	}
	return count;
}

/* As the guide has it, of the secret wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY. */
static void
MakeSigningKey(uint8 key[SIGNING_KEY_SIZE])
{
	static const uint8 known[SIGNING_KEY_SIZE] = {
		0xc4, 0xaf, 0xb1, 0xcc, 0x57, 0x71, 0xd8, 0x71, 0x76, 0x3a, 0x39,
		0x3e, 0x44, 0xb7, 0x03, 0x57, 0x1b, 0x55, 0xcc, 0x28, 0x42, 0x4d,
		0x1a, 0x5e, 0x86, 0xda, 0x6e, 0xd3, 0xc1, 0x54, 0xa4, 0xb9
	};

	memcpy(key, known, SIGNING_KEY_SIZE);
}

static void
RequireSigned(const SignedRequest *request, const SignatureClaim *claim)
{
	StringInfoData canonical;

	initStringInfo(&canonical);
	Require(CanonicalRequestAppend(&canonical, request, claim->signed_headers));
	Require(strcmp(canonical.data, CANONICAL) == 0);
	Require(BytesEqual(claim->signature, BYTES_LITERAL(SIGNATURE)));
	Require(strcmp(claim->time, "20150830T123600Z") == 0);
	Require(BytesEqual(claim->scope_text, BYTES_LITERAL("20150830/us-east-1/iam/aws4_request")));
}

static void
Target(Bytes input)
{
	SignedField fields[MAX_FIELDS];
	SignedRequest request = { .method = BYTES_LITERAL("GET"),
		                      .path = BYTES_LITERAL("/"),
		                      .query = BYTES_LITERAL("Version=2010-05-08&Action=ListUsers"),
		                      .fields = fields,
		                      .field_count = ReadFields(input, fields) };
	SignatureRules rules = { .service = "iam", .regions = { "us-east-1", NULL } };
	uint8 key[SIGNING_KEY_SIZE];
	SignatureClaim claim;
	SignatureFault fault;

	Require(SignatureTimeRead(BYTES_LITERAL("20150830T124000Z"), &rules.now));
	DigestOf(BYTES_LITERAL(""), request.body_digest);
	MakeSigningKey(key);
	fault = SignatureRead(&request, &rules, &claim);
	if (fault.message == NULL)
	{
		/* Nothing is accepted for a key that is not active. */
		Require(SignatureJudge(&request, &claim, ACCESS_KEY_UNKNOWN, key).message != NULL);
		fault = SignatureJudge(&request, &claim, ACCESS_KEY_ACTIVE, key);
	}
	if (fault.message != NULL)
		DynamoError(fault.exception, "%s", fault.message);
	RequireSigned(&request, &claim);
}

static bool
IsExpected(int sqlstate)
{
	return sqlstate == ExceptionSqlState(EXCEPTION_MISSING_AUTHENTICATION_TOKEN) ||
	       sqlstate == ExceptionSqlState(EXCEPTION_INCOMPLETE_SIGNATURE) ||
	       sqlstate == ExceptionSqlState(EXCEPTION_UNRECOGNIZED_CLIENT) ||
	       sqlstate == ExceptionSqlState(EXCEPTION_INVALID_SIGNATURE);
}

/* take(input bytea): raises why it is refused. */
Datum
take(PG_FUNCTION_ARGS)
{
	bytea *input = PG_GETARG_BYTEA_PP(0);

	Target((Bytes){ VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input) });
	PG_RETURN_VOID();
}

/* fuzz(seeds bytea[], random_seed bigint, rounds integer): inputs accepted. */
Datum
fuzz(PG_FUNCTION_ARGS)
{
	FuzzLanguage language = { Target, IsExpected, tokens, lengthof(tokens), "authorization" };

	PG_RETURN_INT32(
	    FuzzLoop(&language, PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_INT64(1), PG_GETARG_INT32(2)));
}

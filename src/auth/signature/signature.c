/*
 * Checks signatures (IAM User Guide, "AWS Signature Version 4 for API requests").
 */
#include "auth/signature/signature.h"

#include <openssl/crypto.h>

#include "lib/stringinfo.h"
#include "utils/timestamp.h"

#include "auth/signature/authorization.h"
#include "auth/signature/canonical_request.h"

#define TERMINATOR "aws4_request"
#define SKEW_MINUTES 15
#define OWN_PREFIX "x-amz-"

static const SignatureFault no_fault = { 0, NULL };

static SignatureFault
Invalid(const char *message)
{
	return (SignatureFault){ EXCEPTION_INVALID_SIGNATURE, message };
}

static SignatureFault
Mismatch(void)
{
	return Invalid("The request signature we calculated does not match the signature you "
	               "provided. Check your AWS Secret Access Key and signing method. Consult the "
	               "service documentation for details.");
}

/* Headers of which only one has a meaning, so that what is signed is what is obeyed. */
static bool
HasRepeatedHeader(const SignedRequest *request)
{
	static const Bytes single[] = {
		{ "authorization", 13 },        { "host", 4 },
		{ "x-amz-date", 10 },           { "date", 4 },
		{ "x-amz-security-token", 20 }, { "x-amz-target", 12 },
		{ "x-amz-content-sha256", 20 }, { "content-type", 12 },
		{ "content-encoding", 16 },
	};
	Bytes first;

	for (int i = 0; i < lengthof(single); i++)
	{
		if (SignedRequestField(request, single[i], &first) > 1)
			return true;
	}
	return false;
}

/* A signed query has no place beside the header, and none in its stead: see docs/differences.md. */
static bool
HasSignedQuery(Bytes query)
{
	return query.length > 0 &&
	       memmem(query.data, query.length, "X-Amz-Algorithm=", strlen("X-Amz-Algorithm=")) != NULL;
}

static bool
IsListed(Bytes list, Bytes name)
{
	for (int at = 0; at + name.length <= list.length; at++)
	{
		bool starts = at == 0 || list.data[at - 1] == ';';
		bool ends = at + name.length == list.length || list.data[at + name.length] == ';';

		if (starts && ends && pg_strncasecmp(list.data + at, name.data, name.length) == 0)
			return true;
	}
	return false;
}

/* All that decides what a request is: the host and the service's own headers. */
static SignatureFault
CheckSignedHeaders(const SignedRequest *request, Bytes signed_headers)
{
	if (!IsListed(signed_headers, BYTES_LITERAL("host")))
		return Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	for (int i = 0; i < request->field_count; i++)
	{
		Bytes name = request->fields[i].name;

		if (name.length > strlen(OWN_PREFIX) &&
		    pg_strncasecmp(name.data, OWN_PREFIX, strlen(OWN_PREFIX)) == 0 &&
		    !IsListed(signed_headers, name))
			return Invalid(psprintf("'%s' must be a 'SignedHeader' in the AWS Authorization.",
			                        FaultQuote(name)));
	}
	return no_fault;
}

static bool
RegionIsTaken(const SignatureRules *rules, Bytes region)
{
	for (int i = 0; i < lengthof(rules->regions); i++)
	{
		if (rules->regions[i] != NULL && BytesEqual(region, BytesFromCString(rules->regions[i])))
			return true;
	}
	return false;
}

/* The service says all that is wrong with the scope. */
static SignatureFault
CheckScope(const Authorization *authorization, const SignatureRules *rules)
{
	Bytes day = { authorization->time_text, SIGNATURE_DATE_LENGTH };
	StringInfoData text;

	initStringInfo(&text);
	if (!RegionIsTaken(rules, authorization->region))
		appendStringInfoString(&text, "Credential should be scoped to a valid region. ");
	if (!BytesEqual(authorization->service, BytesFromCString(rules->service)))
		appendStringInfo(&text, "Credential should be scoped to correct service: '%s'. ",
		                 rules->service);
	if (!BytesEqual(authorization->terminator, BYTES_LITERAL(TERMINATOR)))
		appendStringInfo(&text,
		                 "Credential should be scoped with a valid terminator: '" TERMINATOR
		                 "', not '%s'. ",
		                 FaultQuote(authorization->terminator));
	if (!BytesEqual(authorization->date, day))
		appendStringInfo(&text,
		                 "Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
		                 "of date from HTTP: '%s' != '%.*s', from '%s'. ",
		                 FaultQuote(authorization->date), BYTES_ARGS(day),
		                 authorization->time_text);
	return text.len > 0 ? Invalid(text.data) : no_fault;
}

static SignatureFault
CheckTime(const Authorization *authorization, TimestampTz now)
{
	char here[SIGNATURE_TIME_LENGTH + 1];
	char bound[SIGNATURE_TIME_LENGTH + 1];
	TimestampTz skew = SKEW_MINUTES * USECS_PER_MINUTE;
	bool early = authorization->time > now + skew;

	if (!early && authorization->time >= now - skew)
		return no_fault;
	SignatureTimeWrite(now, here);
	SignatureTimeWrite(early ? now + skew : now - skew, bound);
	return Invalid(psprintf(early ? "Signature not yet current: %s is still later than %s (%s + %d "
	                                "min.)"
	                              : "Signature expired: %s is now earlier than %s (%s - %d min.)",
	                        authorization->time_text, bound, here, SKEW_MINUTES));
}

static SignatureFault
Unrecognized(void)
{
	return (SignatureFault){ EXCEPTION_UNRECOGNIZED_CLIENT,
		                     "The security token included in the request is invalid." };
}

/* No other key exists, so that nothing else has to cope with strange ones. */
static SignatureFault
CheckKeyId(Bytes id)
{
	for (int i = 0; i < id.length; i++)
	{
		if (!isalnum((unsigned char) id.data[i]) && id.data[i] != '_')
			return Unrecognized();
	}
	return id.length > 0 && id.length <= MAX_ACCESS_KEY_ID ? no_fault : Unrecognized();
}

static void
FillClaim(const SignedRequest *request, const Authorization *read, SignatureClaim *claim)
{
	*claim = (SignatureClaim){ .access_key_id = read->access_key_id,
		                       .scope = { read->date, read->region, read->service },
		                       .scope_text = read->scope,
		                       .signed_headers = read->signed_headers,
		                       .signature = read->signature };
	memcpy(claim->time, read->time_text, sizeof(claim->time));
	SignedRequestField(request, BYTES_LITERAL("x-amz-security-token"), &claim->session_token);
}

SignatureFault
SignatureRead(const SignedRequest *request, const SignatureRules *rules, SignatureClaim *claim)
{
	Authorization authorization;
	SignatureFault fault = AuthorizationRead(request, &authorization);

	if (fault.message == NULL && HasSignedQuery(request->query))
		fault = Invalid("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' "
		                "as HTTP header.");
	if (fault.message == NULL && HasRepeatedHeader(request))
		fault = Mismatch();
	if (fault.message == NULL)
		fault = CheckSignedHeaders(request, authorization.signed_headers);
	if (fault.message == NULL)
		fault = CheckScope(&authorization, rules);
	if (fault.message == NULL)
		fault = CheckTime(&authorization, rules->now);
	if (fault.message == NULL)
		fault = CheckKeyId(authorization.access_key_id);
	if (fault.message == NULL)
		FillClaim(request, &authorization, claim);
	return fault;
}

static void
StringToSign(const SignatureClaim *claim, Bytes canonical, StringInfo out)
{
	uint8 digest[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];

	DigestOf(canonical, digest);
	DigestHex(digest, hex);
	appendStringInfoString(out, "AWS4-HMAC-SHA256\n");
	appendStringInfoString(out, claim->time);
	appendStringInfoChar(out, '\n');
	appendBinaryStringInfo(out, claim->scope_text.data, claim->scope_text.length);
	appendStringInfoChar(out, '\n');
	appendBinaryStringInfo(out, hex, DIGEST_HEX_SIZE);
}

/* A header that says another digest, or that the body is not signed, is no way round it. */
static bool
SaidDigestFits(const SignedRequest *request)
{
	char hex[DIGEST_HEX_SIZE];
	Bytes said;

	if (SignedRequestField(request, BYTES_LITERAL("x-amz-content-sha256"), &said) == 0)
		return true;
	DigestHex(request->body_digest, hex);
	return BytesEqual(said, (Bytes){ hex, DIGEST_HEX_SIZE });
}

static bool
Matches(const SignedRequest *request, const SignatureClaim *claim,
        const uint8 signing_key[SIGNING_KEY_SIZE])
{
	static DigestKey kept;
	StringInfoData canonical;
	StringInfoData text;
	uint8 signature[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];
	bool is_canonical;

	initStringInfo(&canonical);
	is_canonical = CanonicalRequestAppend(&canonical, request, claim->signed_headers);
	initStringInfo(&text);
	StringToSign(claim, (Bytes){ canonical.data, canonical.len }, &text);
	DigestUnderKey(&kept, signing_key, (Bytes){ text.data, text.len }, signature);
	DigestHex(signature, hex);
	return is_canonical && SaidDigestFits(request) && claim->signature.length == DIGEST_HEX_SIZE &&
	       CRYPTO_memcmp(claim->signature.data, hex, DIGEST_HEX_SIZE) == 0;
}

static SignatureFault
OfStanding(AccessKeyStanding standing)
{
	switch (standing)
	{
		case ACCESS_KEY_ACTIVE:
			return no_fault;
		case ACCESS_KEY_EXPIRED:
			return (SignatureFault){ EXCEPTION_EXPIRED_TOKEN,
				                     "The security token included in the request is expired" };
		case ACCESS_KEY_NO_MASTER_KEY:
			return (SignatureFault){ EXCEPTION_SERVICE_UNAVAILABLE,
				                     "The server has not read the master key of its access keys" };
		case ACCESS_KEY_UNKNOWN:
		case ACCESS_KEY_INACTIVE:
		case ACCESS_KEY_TOKEN_INVALID:
		case ACCESS_KEY_ROLE_UNFIT:
			break;
	}
	return Unrecognized();
}

SignatureFault
SignatureJudge(const SignedRequest *request, const SignatureClaim *claim,
               AccessKeyStanding standing, const uint8 signing_key[SIGNING_KEY_SIZE])
{
	bool matches = Matches(request, claim, signing_key);
	SignatureFault fault = OfStanding(standing);

	if (fault.message == NULL && !matches)
		fault = Mismatch();
	return fault;
}

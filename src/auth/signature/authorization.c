/*
 * Reads Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request,
 * SignedHeaders=NAME;NAME, Signature=HEX (IAM User Guide, "Create a signed AWS API request").
 *
 * Nothing in the header itself is signed but the scope and the names, so that only those who
 * send a request can be misled by a strange one; it is read without a second meaning all the same.
 */
#include "auth/signature/authorization.h"

#include "lib/stringinfo.h"

#include "text/text_scan.h"
#define BLANKS " \t"
#define SCHEME "AWS4-HMAC-SHA256"
#define ANY_SCHEME "AWS4-"
#define SCOPE_PARTS 5

static const SignatureFault no_fault = { 0, NULL };

static SignatureFault
Incomplete(char *message)
{
	return (SignatureFault){ EXCEPTION_INCOMPLETE_SIGNATURE, message };
}

static SignatureFault
TakeParameter(Bytes pair, Bytes header, Bytes *credential, Authorization *read)
{
	const struct
	{
		Bytes name;
		Bytes *value;
	} parameters[] = { { BYTES_LITERAL("Credential"), credential },
		               { BYTES_LITERAL("SignedHeaders"), &read->signed_headers },
		               { BYTES_LITERAL("Signature"), &read->signature } };
	Bytes value = pair;
	Bytes name = TextTakeUntil(&value, '=');

	if (name.length == pair.length)
		return Incomplete(psprintf("'%s' not a valid key=value pair (missing equal-sign) in "
		                           "Authorization header: '%s'.",
		                           FaultQuote(pair), FaultQuote(header)));
	for (int i = 0; i < lengthof(parameters); i++)
	{
		if (BytesEqual(name, parameters[i].name))
			*parameters[i].value = value;
	}
	return no_fault;
}

/* What every request needs, as one text of all that is missing. */
static SignatureFault
FindMissing(const Authorization *read, Bytes credential, bool has_date, Bytes header)
{
	StringInfoData text;

	if (credential.length > 0 && read->signature.length > 0 && read->signed_headers.length > 0 &&
	    has_date)
		return no_fault;
	initStringInfo(&text);
	if (credential.length == 0)
		appendStringInfoString(&text, "Authorization header requires 'Credential' parameter. ");
	if (read->signature.length == 0)
		appendStringInfoString(&text, "Authorization header requires 'Signature' parameter. ");
	if (read->signed_headers.length == 0)
		appendStringInfoString(&text, "Authorization header requires 'SignedHeaders' parameter. ");
	if (!has_date)
		appendStringInfoString(&text, "Authorization header requires existence of either a "
		                              "'X-Amz-Date' or a 'Date' header. ");
	appendStringInfo(&text, "Authorization=%s", FaultQuote(header));
	return Incomplete(text.data);
}

static SignatureFault
ReadCredential(Bytes credential, Authorization *read)
{
	Bytes *const parts[SCOPE_PARTS] = { &read->access_key_id, &read->date, &read->region,
		                                &read->service, &read->terminator };
	Bytes rest = credential;
	int slashes = 0;

	for (int i = 0; i < credential.length; i++)
		slashes += credential.data[i] == '/';
	if (slashes != SCOPE_PARTS - 1)
		return Incomplete(psprintf("Credential must have exactly 5 slash-delimited elements, e.g. "
		                           "keyid/date/region/service/term, got '%s'",
		                           FaultQuote(credential)));
	for (int i = 0; i < SCOPE_PARTS; i++)
	{
		*parts[i] = TextTakeUntil(&rest, '/');
		if (i == 0)
			read->scope = rest;
	}
	return no_fault;
}

static SignatureFault
ReadTime(Bytes date, Authorization *read)
{
	if (!SignatureTimeRead(date, &read->time))
		return Incomplete(psprintf("Date must be in ISO-8601 'basic format'. Got '%s'. See "
		                           "http://en.wikipedia.org/wiki/ISO_8601",
		                           FaultQuote(date)));
	/* Of the two forms this is the one that is signed. */
	if (date.length == SIGNATURE_TIME_LENGTH)
		memcpy(read->time_text, date.data, SIGNATURE_TIME_LENGTH);
	else
		SignatureTimeWrite(read->time, read->time_text);
	return no_fault;
}

static SignatureFault
ReadParameters(Bytes header, const SignedRequest *request, Authorization *read)
{
	Bytes rest = { header.data + strlen(SCHEME), header.length - strlen(SCHEME) };
	Bytes credential = { NULL, 0 };
	Bytes date;
	SignatureFault fault = no_fault;

	while (rest.length > 0 && fault.message == NULL)
	{
		Bytes pair = TextTrim(TextTakeUntil(&rest, ','), BLANKS);

		if (pair.length > 0)
			fault = TakeParameter(pair, header, &credential, read);
	}
	if (fault.message != NULL)
		return fault;
	if (SignedRequestField(request, BYTES_LITERAL("x-amz-date"), &date) == 0)
		SignedRequestField(request, BYTES_LITERAL("date"), &date);
	fault = FindMissing(read, credential, date.data != NULL, header);
	if (fault.message == NULL)
		fault = ReadCredential(credential, read);
	if (fault.message == NULL)
		fault = ReadTime(TextTrim(date, BLANKS), read);
	return fault;
}

SignatureFault
AuthorizationRead(const SignedRequest *request, Authorization *read)
{
	Bytes header;
	Bytes rest;
	Bytes scheme;

	memset(read, 0, sizeof(Authorization));
	SignedRequestField(request, BYTES_LITERAL("authorization"), &header);
	header = TextTrim(header, BLANKS);
	if (!BytesBeginWith(header, BYTES_LITERAL(ANY_SCHEME)))
		return (SignatureFault){ EXCEPTION_MISSING_AUTHENTICATION_TOKEN,
			                     "Request is missing Authentication Token" };
	rest = header;
	scheme = TextTakeUntil(&rest, ' ');
	/* "AWS4-" and what is no other scheme: the service looks for the parameters. */
	if (!BytesEqual(scheme, BYTES_LITERAL(SCHEME)))
		return Incomplete(psprintf("Unsupported AWS 'algorithm': '%s'", FaultQuote(scheme)));
	return ReadParameters(header, request, read);
}

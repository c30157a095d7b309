/*
 * The errors of AWS's query protocol (STS API Reference, "Common Errors").
 */
#include "http/sts/sts_error.h"

static const struct
{
	DynamoException exception;
	const char *code;
	int status;
} sts_errors[] = {
	{ EXCEPTION_VALIDATION, "ValidationError", 400 },
	{ EXCEPTION_MALFORMED_POLICY_DOCUMENT, "MalformedPolicyDocument", 400 },
	{ EXCEPTION_MISSING_AUTHENTICATION_TOKEN, "MissingAuthenticationToken", 403 },
	{ EXCEPTION_INCOMPLETE_SIGNATURE, "IncompleteSignature", 400 },
	{ EXCEPTION_UNRECOGNIZED_CLIENT, "InvalidClientTokenId", 403 },
	{ EXCEPTION_INVALID_SIGNATURE, "SignatureDoesNotMatch", 403 },
	{ EXCEPTION_EXPIRED_TOKEN, "ExpiredToken", 403 },
	{ EXCEPTION_ACCESS_DENIED, "AccessDenied", 403 },
	{ EXCEPTION_LIMIT_EXCEEDED, "LimitExceeded", 409 },
	{ EXCEPTION_SERVICE_UNAVAILABLE, "ServiceUnavailable", 503 },
};

#define OTHER_CODE "InternalFailure"
#define OTHER_STATUS 500

bool
StsIsAsked(const HttpRequest *request)
{
	Bytes type = HttpHeader(request, "content-type");
	Bytes form = BYTES_LITERAL("application/x-www-form-urlencoded");

	return HttpMethodIs(request, "POST") && HttpHeader(request, "x-amz-target").data == NULL &&
	       type.length >= form.length && pg_strncasecmp(type.data, form.data, form.length) == 0;
}

static int
Find(const ExceptionInfo *exception)
{
	for (int i = 0; i < lengthof(sts_errors); i++)
	{
		if (ExceptionDescribe(sts_errors[i].exception) == exception)
			return i;
	}
	return -1;
}

int
StsErrorStatus(const ExceptionInfo *exception)
{
	int found = Find(exception);

	return found >= 0 ? sts_errors[found].status : OTHER_STATUS;
}

void
XmlAppend(StringInfo out, const char *text)
{
	for (; *text != '\0'; text++)
	{
		switch (*text)
		{
			case '<':
				appendStringInfoString(out, "&lt;");
				break;
			case '>':
				appendStringInfoString(out, "&gt;");
				break;
			case '&':
				appendStringInfoString(out, "&amp;");
				break;
			case '"':
				appendStringInfoString(out, "&quot;");
				break;
			default:
				/* XML has no other control characters. */
				appendStringInfoChar(
				    out,
				    (unsigned char) *text < ' ' && strchr("\t\n\r", *text) == NULL ? '?' : *text);
				break;
		}
	}
}

void
StsErrorWriteCode(HttpRequest *request, const char *code, bool of_sender, const char *message)
{
	StringInfo out = &request->body;

	appendStringInfo(out,
	                 "<ErrorResponse xmlns=\"" STS_NAMESPACE "\">\n  <Error>\n"
	                 "    <Type>%s</Type>\n    <Code>%s</Code>\n    <Message>",
	                 of_sender ? "Sender" : "Receiver", code);
	XmlAppend(out, message);
	appendStringInfo(out, "</Message>\n  </Error>\n  <RequestId>%s</RequestId>\n</ErrorResponse>\n",
	                 HttpRequestId(request));
}

void
StsErrorWrite(HttpRequest *request, const ExceptionInfo *exception, const char *message)
{
	int found = Find(exception);

	StsErrorWriteCode(request, found >= 0 ? sts_errors[found].code : OTHER_CODE,
	                  StsErrorStatus(exception) < 500, message);
}

/*
 * Checks the signatures of requests.
 *
 * What costs most, the digest of the body, is kept for the next attempt at a request that is
 * parked; so is the time by which its own is judged, since it was sent in time.
 */
#include "http/authenticate.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "auth/key/access_key.h"
#include "auth/role_fitness.h"
#include "auth/signature/signature.h"
#include "http/client/certificate.h"
#include "http/process/fault_count.h"
#include "http/process/log_limit.h"
#include "http/process/settings.h"
#include "http/request_transaction.h"
#include "model/resource_name.h"

#define GLOBAL_REGION "us-east-1" /* that clients of a service without regions sign for */

/* The authority of a target in absolute form stands for Host (RFC 9112, 3.2.2). */
static Bytes
SignedValue(const HttpRequest *request, const HttpField *field)
{
	bool is_host = field->name.length == 4 && pg_strncasecmp(field->name.data, "host", 4) == 0;

	return is_host && request->authority.data != NULL ? request->authority : field->value;
}

static void
FillRequest(HttpRequest *request, SignedField *fields, SignedRequest *signed_request)
{
	for (int i = 0; i < request->field_count; i++)
		fields[i] =
		    (SignedField){ request->fields[i].name, SignedValue(request, &request->fields[i]) };
	signed_request->method = BytesFromCString(request->method);
	signed_request->path = BytesFromCString(request->path);
	signed_request->query = request->query;
	signed_request->fields = fields;
	signed_request->field_count = request->field_count;
}

static void
FillDigest(HttpRequest *request, SignedRequest *signed_request)
{
	if (request->proof.judged_at == 0)
	{
		DigestOf(HttpEntity(request), request->proof.body_digest);
		request->proof.judged_at = GetCurrentTimestamp();
	}
	memcpy(signed_request->body_digest, request->proof.body_digest, DIGEST_SIZE);
}

/* Copies what the next look-up of a key would take away. */
static Identity
KeepIdentity(const Identity *found)
{
	Identity identity = *found;
	RoleSession *session;
	SessionTag *tags;

	if (found->access_key_id != NULL)
		identity.access_key_id = pstrdup(found->access_key_id);
	if (found->session == NULL)
		return identity;
	session = palloc(sizeof(RoleSession));
	*session = *found->session;
	if (session->name != NULL)
		session->name = pstrdup(session->name);
	if (session->policy != NULL)
		session->policy = pstrdup(session->policy);
	tags = palloc(sizeof(SessionTag) * Max(session->tag_count, 1));
	for (int i = 0; i < session->tag_count; i++)
	{
		Bytes key = session->tags[i].key;
		Bytes value = session->tags[i].value;

		tags[i].key = (Bytes){ pnstrdup(key.data, key.length), key.length };
		tags[i].value = (Bytes){ pnstrdup(value.data, value.length), value.length };
	}
	session->tags = tags;
	identity.session = session;
	return identity;
}

/* A request that is not signed may have come over a connection whose client has proved who it is.
 */
static bool
ProveByCertificate(HttpRequest *request)
{
	Oid role;

	if (HttpHeader(request, "authorization").data != NULL ||
	    !HttpClientCertificateRole(request, &role) || SignerUnfitness(role) != NULL)
		return false;
	request->context.identity = (Identity){ role };
	return true;
}

/* Sets the identity, or returns why there is none. */
static SignatureFault
ProveBySignature(HttpRequest *request, const char *service)
{
	bool has_regions = strcmp(service, "sts") != 0;
	SignatureRules rules = { .service = service,
		                     .regions = { RegionName(), has_regions ? NULL : GLOBAL_REGION } };
	SignedField fields[HTTP_MAX_FIELDS];
	SignedRequest signed_request;
	SignatureClaim claim;
	SignatureFault fault;
	AccessKeyStanding standing;
	const AccessKey *key;

	FillRequest(request, fields, &signed_request);
	rules.now = request->proof.judged_at != 0 ? request->proof.judged_at : GetCurrentTimestamp();
	fault = SignatureRead(&signed_request, &rules, &claim);
	if (fault.message != NULL)
		return fault;
	FillDigest(request, &signed_request);
	standing = AccessKeyFind(claim.access_key_id, claim.session_token, &claim.scope, &key);
	fault = SignatureJudge(&signed_request, &claim, standing, key->signing_key);
	if (fault.message != NULL)
		return fault;
	request->context.identity = KeepIdentity(&key->identity);
	AccessKeyUsed(key);
	return fault;
}

/* That one's message quotes the header, in which there may be a signature, or a secret. */
static const char *
LoggedMessage(const SignatureFault *fault)
{
	if (fault->exception == EXCEPTION_INCOMPLETE_SIGNATURE)
		return "a part of its Authorization header is missing or malformed";
	return fault->message;
}

/* Of dynamo.authentication = warn. */
static void
Warn(const SignatureFault *fault)
{
	static LogLimit limit;
	int64 passed_over;

	if (LogIsDue(&limit, &passed_over))
		ereport(LOG,
		        (errmsg("dynamo lets through an HTTP request that it would refuse: %s: %s",
		                ExceptionDescribe(fault->exception)->name, LoggedMessage(fault)),
		         errdetail("There were " INT64_FORMAT
		                   " more of them since the last such message. They run as \"%s\".",
		                   passed_over, http_role),
		         errhint("Once no client needs it, set dynamo.authentication to \"required\".")));
}

void
Authenticate(HttpRequest *request, const char *service)
{
	SignatureFault fault;

	if (!HttpAuthenticationIsOff())
	{
		if (ProveByCertificate(request))
			return;
		fault = ProveBySignature(request, service);
		if (fault.message == NULL)
			return;
		FaultCountAdd(fault.exception);
		if (HttpAuthenticationIsRequired())
			DynamoError(fault.exception, "%s", fault.message);
		Warn(&fault);
	}
	request->context.identity = (Identity){ GetSessionUserId() };
}

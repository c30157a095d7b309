/*
 * The actions, by AWS's query protocol: a form in, XML out (STS API Reference).
 */
#include "http/sts/sts.h"

#include "utils/timestamp.h"

#include "auth/assume/assume_role.h"
#include "http/sts/form.h"
#include "http/sts/sts_error.h"
#include "model/resource_name.h"

#define VERSION "2011-06-15"
#define MAX_FORM (64 * 1024) /* bytes */
#define MAX_DIGITS 9
#define MAX_ANSWER 8192

typedef struct StsAction
{
	const char *name;
	void (*run)(HttpRequest *request, const Form *form);
} StsAction;

static void
AppendElement(StringInfo out, const char *name, const char *value)
{
	appendStringInfo(out, "<%s>", name);
	XmlAppend(out, value);
	appendStringInfo(out, "</%s>", name);
}

static void
AppendTime(StringInfo out, const char *name, TimestampTz time)
{
	struct pg_tm parts;
	fsec_t fraction;

	if (timestamp2tm(time, NULL, &parts, &fraction, NULL, NULL) != 0)
		elog(ERROR, "a time is out of range");
	appendStringInfo(out, "<%s>%04d-%02d-%02dT%02d:%02d:%02dZ</%s>", name, parts.tm_year,
	                 parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, name);
}

static void
GetCallerIdentity(HttpRequest *request, const Form *form)
{
	const Identity *identity = &request->context.identity;

	AppendElement(&request->body, "Arn", IdentityArn(identity));
	AppendElement(&request->body, "UserId", IdentityUserId(identity));
	AppendElement(&request->body, "Account", AccountId());
}

static int64
ReadDuration(const Form *form)
{
	const char *text = FormValue(form, "DurationSeconds");

	if (text == NULL)
		return DEFAULT_SESSION_SECONDS;
	if (text[0] == '\0' || strlen(text) > MAX_DIGITS || strspn(text, "0123456789") != strlen(text))
		ValidationError(TEXT_SESSION_SECONDS);
	return strtol(text, NULL, 10);
}

/* Tags.member.1.Key, Tags.member.1.Value, Tags.member.2.Key, ... */
static const SessionTag *
ReadTags(const Form *form, int *count)
{
	SessionTag *tags = palloc(sizeof(SessionTag) * FORM_MAX_FIELDS);

	for (*count = 0; *count < FORM_MAX_FIELDS; (*count)++)
	{
		const char *key = FormValue(form, psprintf("Tags.member.%d.Key", *count + 1));
		const char *value = FormValue(form, psprintf("Tags.member.%d.Value", *count + 1));

		if (key == NULL)
			break;
		tags[*count] =
		    (SessionTag){ BytesFromCString(key), BytesFromCString(value != NULL ? value : "") };
	}
	return tags;
}

/* Data NULL where there is none. */
static Bytes
Parameter(const Form *form, const char *name)
{
	const char *value = FormValue(form, name);

	return value != NULL ? BytesFromCString(value) : (Bytes){ NULL, 0 };
}

/* What would narrow the session down, and is not known here, must not be passed over. */
static bool
IsRefused(const char *name)
{
	static const char *const refused[] = { "PolicyArns.", "SerialNumber", "TokenCode",
		                                   "TransitiveTagKeys.", "ProvidedContexts." };

	for (int i = 0; i < lengthof(refused); i++)
	{
		if (strncmp(name, refused[i], strlen(refused[i])) == 0)
			return true;
	}
	return false;
}

static void
RefuseOtherParameters(const Form *form)
{
	for (int i = 0; i < form->count; i++)
	{
		if (IsRefused(form->fields[i].name))
			ValidationError(TEXT_STS_UNSUPPORTED, form->fields[i].name);
	}
}

static AssumeRoleRequest
ReadAssumeRole(const Form *form)
{
	AssumeRoleRequest asked = { .role_arn = Parameter(form, "RoleArn"),
		                        .session_name = Parameter(form, "RoleSessionName"),
		                        .policy = Parameter(form, "Policy"),
		                        .duration = ReadDuration(form) };

	RefuseOtherParameters(form);
	if (asked.role_arn.data == NULL)
		ValidationError(TEXT_STS_NO_ROLE);
	asked.role = RoleOfArn(asked.role_arn);
	asked.tags = ReadTags(form, &asked.tag_count);
	return asked;
}

static void
WriteCredentials(StringInfo out, const TemporaryCredentials *made)
{
	appendStringInfoString(out, "<AssumedRoleUser>");
	AppendElement(out, "AssumedRoleId", made->assumed_role_id);
	AppendElement(out, "Arn", made->assumed_role_arn);
	appendStringInfoString(out, "</AssumedRoleUser><Credentials>");
	AppendElement(out, "AccessKeyId", made->access_key_id);
	appendStringInfo(out, "<SecretAccessKey>%.*s</SecretAccessKey>", made->secret.length,
	                 made->secret.text);
	AppendElement(out, "SessionToken", made->session_token);
	AppendTime(out, "Expiration", made->expires);
	appendStringInfoString(out, "</Credentials>");
}

/*
 * Without a signature there would be credentials for all who reach the port, and they would
 * outlast the setting that lets such requests through.
 */
static void
AssumeRole(HttpRequest *request, const Form *form)
{
	const Identity *caller = &request->context.identity;
	AssumeRoleRequest asked;
	TemporaryCredentials made;

	if (caller->access_key_id == NULL)
		DynamoError(EXCEPTION_ACCESS_DENIED, TEXT_STS_NO_ACCESS_KEY);
	asked = ReadAssumeRole(form);
	asked.http = true;
	asked.client = request->context.client;
	asked.secure = request->context.secure;
	asked.user_agent = request->context.user_agent;
	asked.note = request->context.note;
	RoleAssume(caller, &asked, &made);
	enlargeStringInfo(&request->body, MAX_ANSWER); /* so that no copy of the secret is left */
	request->secret = true;
	WriteCredentials(&request->body, &made);
	SecretForget(&made.secret);
}

static const StsAction actions[] = {
	{ "AssumeRole", AssumeRole },
	{ "GetCallerIdentity", GetCallerIdentity },
};

static const StsAction *
FindAction(const char *name)
{
	for (int i = 0; i < lengthof(actions); i++)
	{
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	}
	return NULL;
}

static void
Refuse(HttpRequest *request, const char *code, const char *message)
{
	request->status = 400;
	StsErrorWriteCode(request, code, true, message);
}

static void
Run(HttpRequest *request, const StsAction *action, const Form *form)
{
	StringInfo out = &request->body;

	request->sts_action = action->name;
	appendStringInfo(out, "<%sResponse xmlns=\"" STS_NAMESPACE "\"><%sResult>", action->name,
	                 action->name);
	action->run(request, form);
	appendStringInfo(out,
	                 "</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata>"
	                 "</%sResponse>\n",
	                 action->name, HttpRequestId(request), action->name);
}

void
StsRun(HttpRequest *request)
{
	Bytes body = HttpEntity(request);
	const Form *form = body.length <= MAX_FORM ? FormRead(body) : NULL;
	const char *name = form != NULL ? FormValue(form, "Action") : NULL;
	const char *version = form != NULL ? FormValue(form, "Version") : NULL;
	const StsAction *action = name != NULL ? FindAction(name) : NULL;

	if (form == NULL)
		Refuse(request, "MalformedQueryString", "The request body is not a form");
	else if (name == NULL)
		Refuse(request, "MissingAction", "The request has no parameter Action");
	else if (action == NULL || version == NULL || strcmp(version, VERSION) != 0)
		Refuse(request, "InvalidAction",
		       psprintf("Could not find operation %s for version %s", name,
		                version != NULL ? version : "NO_VERSION_SPECIFIED"));
	else
		Run(request, action, form);
}

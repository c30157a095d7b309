/*
 * Makes a line of a call.
 */
#include "auth/audit/audit.h"

#include "common/pg_prng.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "auth/audit/audit_ring.h"
#include "auth/audit/audit_settings.h"
#include "auth/audit/audit_text.h"
#include "auth/audit/audit_writer.h"
#include "model/resource_name.h"

/* More than all texts of a call have together, six bytes for each of theirs in JSON. */
#define MAX_LINE (20 * 1024)

void
AuditInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	AuditSettingsInit();
	AuditRingInit();
	AuditWriterInit();
}

bool
AuditWants(bool writes, bool on_items)
{
	if (writes && !on_items && audit_mode >= AUDIT_MANAGEMENT)
		return true;
	if (audit_mode < (writes ? AUDIT_WRITES : AUDIT_ALL))
		return false;
	return !on_items || audit_sample_rate >= 1.0 ||
	       pg_prng_double(&pg_global_prng_state) < audit_sample_rate;
}

static uint64 role_changes = 1;

static void
NoteRoleChange(Datum argument, int cache, uint32 hash)
{
	role_changes++;
}

void
AuditRoleName(Oid role, char name[NAMEDATALEN])
{
	static Oid known = InvalidOid;
	static char known_name[NAMEDATALEN];
	static uint64 known_at = 0;
	uint64 now = role_changes;
	char *found;

	if (known_at == 0)
		CacheRegisterSyscacheCallback(AUTHOID, NoteRoleChange, (Datum) 0);
	if (known_at != now || known != role)
	{
		found = GetUserNameFromId(role, true);
		strlcpy(known_name, found != NULL ? found : "", NAMEDATALEN);
		known = role;
		known_at = now;
	}
	strlcpy(name, known_name, NAMEDATALEN);
}

void
AuditCopyText(Bytes text, char *copy, int size)
{
	int length = text.data != NULL ? Min(text.length, size - 1) : 0;

	for (int i = 0; i < length; i++)
		copy[i] = text.data[i] >= ' ' && text.data[i] <= '~' ? text.data[i] : '?';
	copy[length] = '\0';
}

static Bytes
Known(const char *text)
{
	return text != NULL && text[0] != '\0' ? BytesFromCString(text) : (Bytes){ NULL, 0 };
}

static void
PutArn(AuditText *text, const AuditEvent *event)
{
	char arn[256];

	if (event->session[0] != '\0')
		snprintf(arn, sizeof(arn), "arn:aws:sts::%s:assumed-role/%s/%s", AccountId(), event->role,
		         event->session);
	else
		snprintf(arn, sizeof(arn), "arn:aws:iam::%s:user/%s", AccountId(), event->role);
	AuditTextMember(text, "arn", BytesFromCString(arn));
}

static void
PutIdentity(AuditText *text, const AuditEvent *event)
{
	bool known = event->role[0] != '\0';

	AuditTextRaw(text, BYTES_LITERAL(",\"userIdentity\":{"));
	AuditTextMember(text, "type",
	                !known                      ? BYTES_LITERAL("Unknown")
	                : event->session[0] != '\0' ? BYTES_LITERAL("AssumedRole")
	                                            : BYTES_LITERAL("IAMUser"));
	AuditTextMember(text, "principalId", Known(event->principal));
	if (known)
		PutArn(text, event);
	AuditTextMember(text, "accountId", BytesFromCString(AccountId()));
	AuditTextMember(text, "accessKeyId", Known(event->access_key_id));
	AuditTextMember(text, "userName", Known(event->role));
	AuditTextRaw(text, BYTES_LITERAL("}"));
}

/* As CloudTrail has it: of whole seconds, in UTC. */
static void
PutTime(AuditText *text, TimestampTz time)
{
	pg_time_t seconds = timestamptz_to_time_t(time);
	struct pg_tm *parts = pg_gmtime(&seconds);
	char written[32];

	if (parts != NULL && pg_strftime(written, sizeof(written), "%Y-%m-%dT%H:%M:%SZ", parts) > 0)
		AuditTextMember(text, "eventTime", BytesFromCString(written));
}

/* A random UUID (RFC 9562, version 4). */
static void
PutEventId(AuditText *text)
{
	uint64 random[2] = { pg_prng_uint64(&pg_global_prng_state),
		                 pg_prng_uint64(&pg_global_prng_state) };
	uint8 bytes[sizeof(random)];
	char digits[2 * sizeof(random)];
	char id[sizeof(digits) + 4];
	char *end = id;

	memcpy(bytes, random, sizeof(bytes));
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	hex_encode((const char *) bytes, sizeof(bytes), digits);
	for (int i = 0; i < sizeof(digits); i++)
	{
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*end++ = '-';
		*end++ = digits[i];
	}
	AuditTextMember(text, "eventID", (Bytes){ id, sizeof(id) });
}

static void
PutCall(AuditText *text, const AuditEvent *event)
{
	char source[64];

	snprintf(source, sizeof(source), "%s.amazonaws.com",
	         event->service != NULL ? event->service : "dynamodb");
	AuditTextMember(text, "eventSource", BytesFromCString(source));
	AuditTextMember(text, "eventName",
	                BytesFromCString(event->operation != NULL ? event->operation : "Unknown"));
	AuditTextMember(text, "awsRegion", BytesFromCString(RegionName()));
	AuditTextMember(text, "sourceIPAddress", Known(event->address));
	AuditTextMember(text, "userAgent", Known(event->agent));
	AuditTextMember(text, "errorCode", Known(event->error));
	AuditTextMember(text, "errorMessage", Known(event->message));
	if (event->asked[0] != '\0')
	{
		AuditTextRaw(text, BYTES_LITERAL(","));
		AuditTextRaw(text, BytesFromCString(event->asked));
	}
	AuditTextRaw(text, BYTES_LITERAL(",\"responseElements\":null"));
}

static void
PutDecision(AuditText *text, const NotedDecision *decision)
{
	AuditTextRaw(text, decision->denied ? BYTES_LITERAL("{\"effect\":\"Deny\"")
	                                    : BYTES_LITERAL("{\"effect\":\"Allow\""));
	AuditTextMember(text, "policyType", Known(decision->policy_type));
	AuditTextMember(text, "policyName", Known(decision->policy));
	if (decision->statement > 0)
		AuditTextNumber(text, "statement", decision->statement);
	AuditTextMember(text, "sid", Known(decision->sid));
	AuditTextRaw(text, BYTES_LITERAL("}"));
}

static void
PutDecisions(AuditText *text, const DecisionNote *note)
{
	if (note->count == 0)
		return;
	AuditTextName(text, "policyDecisions");
	AuditTextRaw(text, BYTES_LITERAL("["));
	for (int i = 0; i < note->count; i++)
	{
		if (i > 0)
			AuditTextRaw(text, BYTES_LITERAL(","));
		PutDecision(text, &note->decisions[i]);
	}
	AuditTextRaw(text, BYTES_LITERAL("]"));
}

/* What CloudTrail has no fields for, or has of some services here. */
static void
PutFurther(AuditText *text, const AuditEvent *event)
{
	AuditTextRaw(text, BYTES_LITERAL(",\"additionalEventData\":{"));
	AuditTextMember(text, "way", BytesFromCString(event->way));
	AuditTextMember(text, "decision", BytesFromCString(event->denied ? "denied" : "allowed"));
	PutDecisions(text, &event->note);
	AuditTextNumber(text, "latencyMicroseconds", event->microseconds);
	AuditTextNumber(text, "bytesTransferredIn", event->bytes_in);
	AuditTextNumber(text, "bytesTransferredOut", event->bytes_out);
	AuditTextBoolean(text, "secureTransport", event->secure);
	AuditTextRaw(text, BYTES_LITERAL("}"));
}

static void
PutKind(AuditText *text, const AuditEvent *event)
{
	AuditTextMember(text, "requestID", Known(event->request_id));
	PutEventId(text);
	AuditTextBoolean(text, "readOnly", !event->writes);
	AuditTextRaw(text,
	             BYTES_LITERAL(",\"eventType\":\"AwsApiCall\",\"apiVersion\":\"2012-08-10\""));
	AuditTextBoolean(text, "managementEvent", !event->on_items);
	AuditTextMember(text, "recipientAccountId", BytesFromCString(AccountId()));
	AuditTextMember(text, "eventCategory",
	                BytesFromCString(event->on_items ? "Data" : "Management"));
}

/* Each text of a call is bounded so that all of them fit. */
void
AuditWrite(const AuditEvent *event)
{
	char line[MAX_LINE];
	AuditText text;

	AuditTextInit(&text, line, sizeof(line));
	AuditTextRaw(&text, BYTES_LITERAL("{\"eventVersion\":\"1.11\""));
	PutIdentity(&text, event);
	PutTime(&text, event->begun);
	PutCall(&text, event);
	PutFurther(&text, event);
	PutKind(&text, event);
	AuditTextRaw(&text, BYTES_LITERAL("}\n"));
	AuditRingPut(text.data, text.length);
}

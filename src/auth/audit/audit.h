/*
 * The record of who asked for what, and what came of it: one line of JSON a call, with CloudTrail's
 * names. docs/security.md describes it.
 *
 * A line goes into shared memory, whether or not the call's transaction commits, and a process of
 * its own writes it. Nothing of a call waits for that: where there is no room the line is lost, and
 * counted.
 */
#ifndef DYNAMO_AUDIT_H
#define DYNAMO_AUDIT_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "auth/audit/audit_settings.h"
#include "auth/decision_note.h"
#include "item/value.h"

/* At server start. */
extern void AuditInit(void);

#define AUDIT_MAX_ADDRESS 64
#define AUDIT_MAX_KEY_ID 136 /* of STS: 128 */
#define AUDIT_MAX_PRINCIPAL 96
#define AUDIT_MAX_SESSION 72 /* of STS: 64 */
#define AUDIT_MAX_AGENT 256
#define AUDIT_MAX_ASKED 4096
#define AUDIT_MAX_MESSAGE 1024

/* One call, with copies of what may be gone when it is recorded. Texts are terminated, of UTF-8,
 * and cut where they are longer; NULL or "": not known.
 */
typedef struct AuditEvent
{
	const char *operation; /* "GetItem"; NULL: it is none */
	const char *service;   /* "dynamodb"; NULL with it */
	const char *way;       /* "http" or "sql" */
	bool writes;
	bool on_items;                        /* rather than on tables */
	bool secure;                          /* by TLS */
	char principal[AUDIT_MAX_PRINCIPAL];  /* its id, which renaming does not change */
	char access_key_id[AUDIT_MAX_KEY_ID]; /* "": it was not signed */
	char session[AUDIT_MAX_SESSION];      /* of temporary credentials */
	char role[NAMEDATALEN];               /* its name */
	char address[AUDIT_MAX_ADDRESS];
	char agent[AUDIT_MAX_AGENT];
	const char *request_id;
	TimestampTz begun;
	int64 microseconds; /* until it was answered */
	int64 bytes_in;
	int64 bytes_out;
	bool due; /* it is known that the call is to be recorded */
	bool denied;
	const char *error;               /* the exception's name; NULL: none */
	char message[AUDIT_MAX_MESSAGE]; /* of a denial: what else there is may tell of items */
	DecisionNote note;               /* of policies */
	char asked[AUDIT_MAX_ASKED];     /* whole members of JSON: "requestParameters", "resources" */
} AuditEvent;

/* Whether a call of this class is recorded where it is not denied; asked once, for it is sampled.
 */
extern bool AuditWants(bool writes, bool on_items);

/* Records the call. Raises no error, and needs no transaction. */
extern void AuditWrite(const AuditEvent *event);

/* The name of a role, which is remembered. In a transaction; may raise an error. */
extern void AuditRoleName(Oid role, char name[NAMEDATALEN]);

/* Copies a text of a client's, without what is no printable ASCII. */
extern void AuditCopyText(Bytes text, char *copy, int size);

#endif

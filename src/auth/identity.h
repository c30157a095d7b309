/*
 * Who asks: a role of PostgreSQL's, and what its credentials narrow it to.
 */
#ifndef DYNAMO_IDENTITY_H
#define DYNAMO_IDENTITY_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "item/value.h"

typedef struct SessionTag
{
	Bytes key;
	Bytes value;
} SessionTag;

/* What temporary credentials add to their role. It may allow less than the role may, never more. */
typedef struct RoleSession
{
	const char *name;   /* RoleSessionName, terminated */
	const char *policy; /* the session policy, IAM's JSON, terminated; NULL: none */
	int tag_count;
	const SessionTag *tags;
	TimestampTz expires;
} RoleSession;

/* As whom a request runs. */
typedef struct Identity
{
	Oid role;                   /* the current role as the operation begins */
	const char *access_key_id;  /* it was signed with, terminated; NULL: of SQL, or not signed */
	const RoleSession *session; /* of temporary credentials; NULL: none */
} Identity;

#endif

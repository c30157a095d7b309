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

#define IDENTITY_DIGEST_LENGTH 32

/*
 * What tells rights of one identity from another's, for tokens to be bound to: the role, and its
 * session's name, policy and tags. It is no secret. The access key is no part of it, so that a
 * client may go on with a token after its key was changed.
 */
extern void IdentityDigest(const Identity *identity, uint8 digest[IDENTITY_DIGEST_LENGTH]);

/*
 * Palloc'd, in a transaction. arn:aws:iam::ACCOUNT:user/ROLE, or of temporary credentials
 * arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION.
 */
extern char *IdentityArn(const Identity *identity);

/* arn:aws:iam::ACCOUNT:user/ROLE, or of temporary credentials arn:aws:iam::ACCOUNT:role/ROLE. */
extern char *IdentityPrincipalArn(const Identity *identity);

/* The role's name; "unknown" of one that was dropped. */
extern char *IdentityRoleName(const Identity *identity);

/* AIDA and 17 letters and digits, or AROA, these and :SESSION; the same when the role is renamed.
 */
extern char *IdentityUserId(const Identity *identity);

/* arn:aws:iam::ACCOUNT:role/ROLE, palloc'd. */
extern char *RoleArn(Oid role);

/* The role that such an ARN names, also one with a path; InvalidOid where there is none. */
extern Oid RoleOfArn(Bytes arn);

#endif

/*
 * What identities are called outside, and what tokens are bound to.
 */
#include "auth/identity.h"

#include <openssl/sha.h>

#include "access/xlog.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "model/resource_name.h"

#define USER_ID_LENGTH 17 /* behind its prefix */
#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define GONE_ROLE "unknown"

static const char *
RoleName(Oid role)
{
	char *name = GetUserNameFromId(role, true);

	return name != NULL ? name : GONE_ROLE;
}

char *
IdentityRoleName(const Identity *identity)
{
	return pstrdup(RoleName(identity->role));
}

char *
RoleArn(Oid role)
{
	return psprintf("arn:aws:iam::%s:role/%s", AccountId(), RoleName(role));
}

char *
IdentityArn(const Identity *identity)
{
	const char *role = RoleName(identity->role);

	if (identity->session == NULL)
		return psprintf("arn:aws:iam::%s:user/%s", AccountId(), role);
	return psprintf("arn:aws:sts::%s:assumed-role/%s/%s", AccountId(), role,
	                identity->session->name);
}

char *
IdentityPrincipalArn(const Identity *identity)
{
	return identity->session == NULL ? IdentityArn(identity) : RoleArn(identity->role);
}

/* Of this cluster's role, renamed or not. */
static char *
IdOfRole(const char *prefix, Oid role)
{
	uint64 system = GetSystemIdentifier();
	uint8 digest[SHA256_DIGEST_LENGTH];
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "dynamo role %llu %u", (unsigned long long) system, role);
	SHA256((const uint8 *) text.data, text.len, digest);
	resetStringInfo(&text);
	appendStringInfoString(&text, prefix);
	for (int i = 0; i < USER_ID_LENGTH; i++)
		appendStringInfoChar(&text, BASE32[digest[i] % 32]);
	return text.data;
}

char *
IdentityUserId(const Identity *identity)
{
	if (identity->session == NULL)
		return IdOfRole("AIDA", identity->role);
	return psprintf("%s:%s", IdOfRole("AROA", identity->role), identity->session->name);
}

/* The part behind the last slash, as roles have paths in IAM. */
Oid
RoleOfArn(Bytes arn)
{
	char *start = psprintf("arn:aws:iam::%s:role/", AccountId());
	const char *name;

	if (!BytesBeginWith(arn, BytesFromCString(start)) || BytesFind(arn, '\0') != NULL)
		return InvalidOid;
	name = strrchr(BytesToCString(arn), '/') + 1;
	return strlen(name) < NAMEDATALEN ? get_role_oid(name, true) : InvalidOid;
}

static void
AppendPart(StringInfo text, const char *part, int length)
{
	appendBinaryStringInfo(text, (const char *) &length, sizeof(length));
	if (length > 0)
		appendBinaryStringInfo(text, part, length);
}

static void
AppendSession(StringInfo text, const RoleSession *session)
{
	AppendPart(text, session->name, strlen(session->name));
	AppendPart(text, session->policy, session->policy == NULL ? 0 : strlen(session->policy));
	for (int i = 0; i < session->tag_count; i++)
	{
		AppendPart(text, session->tags[i].key.data, session->tags[i].key.length);
		AppendPart(text, session->tags[i].value.data, session->tags[i].value.length);
	}
}

void
IdentityDigest(const Identity *identity, uint8 digest[IDENTITY_DIGEST_LENGTH])
{
	StringInfoData text;

	memset(digest, 0, IDENTITY_DIGEST_LENGTH);
	memcpy(digest, &identity->role, sizeof(identity->role));
	if (identity->session == NULL)
		return;
	initStringInfo(&text);
	appendBinaryStringInfo(&text, (const char *) &identity->role, sizeof(identity->role));
	AppendSession(&text, identity->session);
	SHA256((const uint8 *) text.data, text.len, digest);
	pfree(text.data);
}

/*
 * Who may SET ROLE to another role may assume it; temporary credentials may not, since their
 * session would not narrow the next one. What they narrow is the role's rights, at each use of
 * them.
 */
#include "auth/assume/assume_role.h"

#include "catalog/pg_authid.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/timestamp.h"

#include "auth/key/access_key_row.h"
#include "auth/assume/assume_policy.h"
#include "auth/key/key_form.h"
#include "auth/key/session_quota.h"
#include "auth/key/session_tags.h"
#include "auth/policy/policy_check.h"
#include "auth/role_fitness.h"
#include "compat.h"
#include "error/error.h"

#define MIN_SECONDS 900
#define MAX_SECONDS (12 * SECS_PER_HOUR)
#define MIN_SESSION_NAME 2
#define MAX_SESSION_NAME 64
#define MAX_POLICY 2048

static void
CheckSessionName(Bytes name)
{
	if (name.data == NULL)
		ValidationError(TEXT_SESSION_NAME_ABSENT);
	if (name.length < MIN_SESSION_NAME)
		ValidationError(TEXT_SESSION_NAME_SHORT, BYTES_ARGS(name), MIN_SESSION_NAME);
	if (name.length > MAX_SESSION_NAME)
		ValidationError(TEXT_SESSION_NAME_LONG, BYTES_ARGS(name), MAX_SESSION_NAME);
	for (int i = 0; i < name.length; i++)
	{
		unsigned char c = name.data[i];

		if (c >= 0x80 || (!isalnum(c) && (c == '\0' || strchr("_+=,.@-", c) == NULL)))
			ValidationError(TEXT_SESSION_NAME_PATTERN, BYTES_ARGS(name));
	}
}

static void
CheckDuration(int64 seconds)
{
	if (seconds < MIN_SECONDS)
		ValidationError(TEXT_SESSION_SHORT, (long long) seconds, MIN_SECONDS);
	if (seconds > MAX_SECONDS)
		ValidationError(TEXT_SESSION_LONG);
}

static void
CheckSessionPolicy(Bytes policy)
{
	if (policy.data == NULL)
		return;
	if (BytesFind(policy, '\0') != NULL ||
	    !pg_verify_mbstr(PG_UTF8, policy.data, policy.length, true))
		ValidationError(TEXT_SESSION_POLICY_ENCODING);
	if (policy.length < 1 || pg_mbstrlen_with_len(policy.data, policy.length) > MAX_POLICY)
		ValidationError(TEXT_SESSION_POLICY_LENGTH, MAX_POLICY);
	PolicyCheckDocument(policy, POLICY_OF_SESSION);
}

pg_noreturn static void
RaiseDenied(const Identity *caller, const AssumeRoleRequest *request, const char *reason)
{
	Bytes arn = request->role_arn;

	if (arn.data == NULL)
		arn = BytesFromCString(RoleArn(request->role));
	ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_ACCESS_DENIED)),
	                errmsg_internal(
	                    "User: %s is not authorized to perform: sts:AssumeRole on resource: %.*s",
	                    IdentityArn(caller), BYTES_ARGS(arn)),
	                errdetail_internal("%s", reason)));
}

/* The lock keeps the role from being dropped before the row of its key is there. */
static void
CheckMayAssume(const Identity *caller, const AssumeRoleRequest *request)
{
	const char *unfitness;

	if (caller->session != NULL)
		RaiseDenied(caller, request, "Temporary credentials cannot assume a role.");
	if (!OidIsValid(request->role))
		RaiseDenied(caller, request, "The role does not exist.");
	LockSharedObject(AuthIdRelationId, request->role, 0, AccessShareLock);
	if (!RoleMayAssume(caller->role, request->role))
		RaiseDenied(caller, request,
		            "The caller needs LOGIN, and membership of a role other than itself.");
	if (AssumeIsDenied(caller, request))
		RaiseDenied(caller, request, "A policy of the caller denies it.");
	unfitness = RoleUnfitness(request->role);
	if (unfitness != NULL)
		RaiseDenied(caller, request, psprintf("The role %s.", unfitness));
}

static const char *
SetOf(Bytes text)
{
	return text.data == NULL ? NULL : BytesToCString(text);
}

static void
WriteRow(const Identity *caller, const AssumeRoleRequest *request,
         const TemporaryCredentials *credentials)
{
	uint8 *token_hash = palloc(TOKEN_HASH_LENGTH);
	AccessKeyRow row = { .access_key_id = credentials->access_key_id,
		                 .role = request->role,
		                 .expires = credentials->expires };

	SessionTokenHash(BytesFromCString(credentials->session_token), token_hash);
	row.temporary = (TemporaryPart){
		.token_hash = { (const char *) token_hash, TOKEN_HASH_LENGTH },
		.assumed_by = caller->role,
		.session_name = BytesToCString(request->session_name),
		.session_policy = SetOf(request->policy),
		.session_tags = SessionTagsToJsonb(request->tags, request->tag_count),
	};
	if (!AccessKeyRowInsert(&row, &credentials->secret))
		elog(ERROR, "a random id of an access key is taken");
}

void
RoleAssume(const Identity *caller, const AssumeRoleRequest *request,
           TemporaryCredentials *credentials)
{
	RoleSession session = { 0 };
	Identity assumed = { .role = request->role, .session = &session };

	CheckSessionName(request->session_name);
	CheckDuration(request->duration);
	CheckSessionPolicy(request->policy);
	SessionTagsCheck(request->tags, request->tag_count);
	CheckMayAssume(caller, request);
	SessionQuotaTake(caller->role);
	session.name = BytesToCString(request->session_name);
	credentials->access_key_id = AccessKeyIdMake(TEMPORARY_PREFIX);
	credentials->session_token = SessionTokenMake();
	credentials->expires = GetCurrentTimestamp() + request->duration * USECS_PER_SEC;
	credentials->assumed_role_arn = IdentityArn(&assumed);
	credentials->assumed_role_id = IdentityUserId(&assumed);
	SecretMake(&credentials->secret);
	WriteRow(caller, request, credentials);
}

/*
 * Reading and matching principals.
 */
#include "postgres.h"

#include "auth/policy/principal.h"
#include "auth/condition/question.h"
#include "text/text_scan.h"
#include "model/resource_name.h"

#define ACCOUNT_DIGITS 12

static bool
IsAccount(Bytes text)
{
	if (text.length != ACCOUNT_DIGITS)
		return false;
	for (int i = 0; i < text.length; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return true;
}

static bool
ReadIamName(Bytes name, PolicyPrincipal *principal)
{
	principal->kind = PRINCIPAL_ACCOUNT;
	if (BytesEqual(name, BYTES_LITERAL("root")))
		return true;
	principal->kind = PRINCIPAL_USER;
	if (!TextTakePrefix(&name, BYTES_LITERAL("user/")))
	{
		principal->kind = PRINCIPAL_ROLE;
		if (!TextTakePrefix(&name, BYTES_LITERAL("role/")))
			return false;
	}
	principal->name = name;
	return name.length > 0;
}

/* ROLE/SESSION, of which the second has no slash. */
static bool
ReadSessionName(Bytes name, PolicyPrincipal *principal)
{
	int slash;

	if (!TextTakePrefix(&name, BYTES_LITERAL("assumed-role/")))
		return false;
	for (slash = name.length - 1; slash >= 0 && name.data[slash] != '/'; slash--)
		;
	if (slash < 1 || slash == name.length - 1)
		return false;
	principal->kind = PRINCIPAL_SESSION;
	principal->name = (Bytes){ name.data, slash };
	principal->session = (Bytes){ name.data + slash + 1, name.length - slash - 1 };
	return true;
}

bool
PrincipalParse(Bytes text, PolicyPrincipal *principal)
{
	Bytes parts[ARN_PARTS];

	*principal = (PolicyPrincipal){ PRINCIPAL_ANYONE };
	if (BytesEqual(text, BYTES_LITERAL("*")))
		return true;
	principal->kind = PRINCIPAL_ACCOUNT;
	principal->account = text;
	if (IsAccount(text))
		return true;
	if (!ArnSplit(text, parts) || !BytesEqual(parts[0], BYTES_LITERAL("arn")) ||
	    !BytesBeginWith(parts[1], BYTES_LITERAL("aws")) || parts[3].length > 0 ||
	    !IsAccount(parts[4]) || BytesFind(parts[5], '*') != NULL ||
	    BytesFind(parts[5], '?') != NULL)
		return false;
	principal->account = parts[4];
	if (BytesEqual(parts[2], BYTES_LITERAL("sts")))
		return ReadSessionName(parts[5], principal);
	return BytesEqual(parts[2], BYTES_LITERAL("iam")) && ReadIamName(parts[5], principal);
}

bool
PrincipalMatches(const PolicyPrincipal *principal, const Identity *identity, Bytes role_name)
{
	const RoleSession *session = identity->session;

	if (principal->kind == PRINCIPAL_ANYONE)
		return true;
	if (principal->kind == PRINCIPAL_SERVICE ||
	    !BytesEqual(principal->account, BytesFromCString(AccountId())))
		return false;
	if (principal->kind == PRINCIPAL_ACCOUNT)
		return true;
	if (!BytesEqual(principal->name, role_name) ||
	    (principal->kind == PRINCIPAL_USER && session != NULL))
		return false;
	return principal->kind != PRINCIPAL_SESSION ||
	       (session != NULL && BytesEqual(principal->session, BytesFromCString(session->name)));
}

/*
 * Checking documents before they are kept.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/acl.h"
#include "utils/memutils.h"

#include "auth/policy/document.h"
#include "auth/policy/policy_check.h"
#include "error/error.h"
#include "model/resource_name.h"

/* Characters without the space between tokens, which IAM does not count. */
static int
CountCharacters(Bytes text)
{
	bool quoted = false;
	int count = 0;

	for (int i = 0; i < text.length; i++)
	{
		char c = text.data[i];

		if (c == '"')
			quoted = !quoted;
		if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
			continue;
		if (((unsigned char) c & 0xc0) != 0x80)
			count++;
		if (quoted && c == '\\' && i + 1 < text.length)
		{
			i++;
			count++;
		}
	}
	return count;
}

static void
CheckSize(Bytes text, PolicyKind kind)
{
	if (kind == POLICY_OF_RESOURCE && text.length > MAX_POLICY_BYTES)
		ValidationError(TEXT_POLICY_SIZE, MAX_POLICY_BYTES);
	if (kind == POLICY_OF_IDENTITY && CountCharacters(text) > MAX_MANAGED_POLICY_CHARACTERS)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_POLICY_QUOTA, MAX_MANAGED_POLICY_CHARACTERS);
	if (kind == POLICY_OF_SESSION &&
	    pg_mbstrlen_with_len(text.data, text.length) > MAX_SESSION_POLICY_CHARACTERS)
		ValidationError(TEXT_POLICY_LENGTH, MAX_SESSION_POLICY_CHARACTERS);
}

/* A typing error would leave out whom it was meant for. */
static void
CheckPrincipal(const PolicyPrincipal *principal)
{
	if (principal->name.data == NULL ||
	    !BytesEqual(principal->account, BytesFromCString(AccountId())))
		return;
	if (!OidIsValid(get_role_oid(BytesToCString(principal->name), true)))
		ValidationError(TEXT_POLICY_DOCUMENT "Invalid principal in policy: there is no role "
		                                     "\"%.*s\"",
		                BYTES_ARGS(principal->name));
}

static void
CheckPrincipals(const PolicyDocument *document)
{
	for (int i = 0; i < document->count; i++)
		for (int j = 0; j < document->statements[i].principal_count; j++)
			CheckPrincipal(&document->statements[i].principals[j]);
}

void
PolicyCheckDocument(Bytes text, PolicyKind kind)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo policy", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);

	CheckSize(text, kind);
	CheckPrincipals(PolicyDocumentParse(text, kind, false));
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

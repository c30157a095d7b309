/*
 * Reading the elements Principal and NotPrincipal: "*", or {"AWS": one or several, "Service": ...}.
 */
#include "postgres.h"

#include "auth/policy/document_reader.h"
#include "compat.h"

static void
CheckKind(const DocumentReader *reader)
{
	if (reader->kind != POLICY_OF_RESOURCE)
		DocumentFault(reader, "Policy document should not specify a principal.",
		              "Principal stands in a policy that is attached to a role");
}

static PolicyPrincipal
ReadPrincipal(const DocumentReader *reader, const JsonNode *node, PrincipalKind kind)
{
	Bytes text = DocumentText(reader, node, "a principal", false);
	PolicyPrincipal principal = { kind };

	if (kind != PRINCIPAL_SERVICE && !PrincipalParse(text, &principal))
		DocumentFault(reader, "Invalid principal in policy.",
		              psprintf("principal \"%.*s\" is invalid", SHOWN(text)));
	return principal;
}

static void
AddPrincipals(const DocumentReader *reader, const JsonNode *node, PrincipalKind kind,
              PolicyStatement *statement)
{
	int count;
	const JsonNode *list = DocumentList(reader, node, "Principal", &count);
	PolicyPrincipal *all = palloc_array(PolicyPrincipal, statement->principal_count + count);

	if (statement->principal_count > 0)
		memcpy(all, statement->principals, sizeof(PolicyPrincipal) * statement->principal_count);
	statement->principals = all;
	for (int i = 0; i < count; i++)
		all[statement->principal_count++] = ReadPrincipal(reader, &list[i], kind);
}

static void
ReadAccounts(DocumentReader *reader, const JsonNode *node, void *statement)
{
	AddPrincipals(reader, node, PRINCIPAL_ANYONE, statement);
}

static void
ReadServices(DocumentReader *reader, const JsonNode *node, void *statement)
{
	AddPrincipals(reader, node, PRINCIPAL_SERVICE, statement);
}

static const DocumentElement kinds[] = {
	{ "AWS", ReadAccounts },
	{ "Service", ReadServices },
};

void
DocumentReadPrincipals(DocumentReader *reader, const JsonNode *node, void *target)
{
	PolicyStatement *statement = target;

	CheckKind(reader);
	if (statement->principal_count > 0)
		DocumentFault(reader, SYNTAX_FAULT, "Principal and NotPrincipal exclude each other");
	if (node->type == JSON_NODE_STRING)
		AddPrincipals(reader, node, PRINCIPAL_ANYONE, statement);
	else
		DocumentReadObject(reader, node, "Principal", kinds, lengthof(kinds), statement);
	if (statement->principal_count == 0)
		DocumentFault(reader, SYNTAX_FAULT, "Principal is empty");
	for (int i = 0; node->type == JSON_NODE_STRING && i < statement->principal_count; i++)
		if (statement->principals[i].kind != PRINCIPAL_ANYONE)
			DocumentFault(reader, "Invalid principal in policy.",
			              "Principal is neither \"*\" nor an object");
}

void
DocumentReadNotPrincipals(DocumentReader *reader, const JsonNode *node, void *target)
{
	DocumentReadPrincipals(reader, node, target);
	((PolicyStatement *) target)->not_principals = true;
}

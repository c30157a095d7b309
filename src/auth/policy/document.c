/*
 * Reading policy documents.
 */
#include "postgres.h"

#include "auth/policy/document.h"
#include "auth/policy/document_reader.h"
#include "compat.h"
#include "error/error.h"
#include "error/guard.h"

#include <ctype.h>

/* --- actions and resources --- */

/* Of "dynamodb:GetItem" the service and the name, which may have wildcards; or "*". */
static void
CheckAction(const DocumentReader *reader, Bytes action)
{
	const char *colon = BytesFind(action, ':');
	int service = colon != NULL ? colon - action.data : 0;
	bool valid = service > 0 && service < action.length - 1;

	if (BytesEqual(action, BYTES_LITERAL("*")))
		return;
	if (colon == NULL)
		DocumentFault(reader, VENDOR_FAULT,
		              psprintf("action \"%.*s\" has no prefix", SHOWN(action)));
	for (int i = 0; i < action.length; i++)
	{
		unsigned char c = action.data[i];

		if (i != service && !isalnum(c) && (i < service ? c != '-' : strchr("*?", c) == NULL))
			valid = false;
	}
	if (!valid || memchr(action.data, '\0', action.length) != NULL)
		DocumentFault(reader, SYNTAX_FAULT, psprintf("action \"%.*s\" is invalid", SHOWN(action)));
	if (reader->kind == POLICY_OF_RESOURCE &&
	    (service != strlen("dynamodb") || pg_strncasecmp(action.data, "dynamodb", service) != 0))
		DocumentFault(reader, SYNTAX_FAULT,
		              psprintf("action \"%.*s\" is not of DynamoDB", SHOWN(action)));
}

static void
ReadActions(DocumentReader *reader, const JsonNode *node, void *target)
{
	static const TemplateForm form = { .wildcards = true, .ignore_case = true };
	PolicyStatement *statement = target;
	const JsonNode *list;

	if (statement->action_count > 0)
		DocumentFault(reader, SYNTAX_FAULT, "Action and NotAction exclude each other");
	if (node->type == JSON_NODE_ARRAY && node->count == 0)
		DocumentFault(reader, "Policy statement must contain actions.", "Action is an empty list");
	list = DocumentList(reader, node, "Action", &statement->action_count);
	statement->actions = palloc_array(TextTemplate, statement->action_count);
	for (int i = 0; i < statement->action_count; i++)
	{
		Bytes action = DocumentText(reader, &list[i], "an action", false);

		CheckAction(reader, action);
		(void) TemplateParse(action, form, &statement->actions[i]);
	}
}

static void
ReadNotActions(DocumentReader *reader, const JsonNode *node, void *target)
{
	ReadActions(reader, node, target);
	((PolicyStatement *) target)->not_actions = true;
}

static void
ReadResources(DocumentReader *reader, const JsonNode *node, void *target)
{
	PolicyStatement *statement = target;
	const JsonNode *list;

	if (statement->resource_count > 0)
		DocumentFault(reader, SYNTAX_FAULT, "Resource and NotResource exclude each other");
	if (node->type == JSON_NODE_ARRAY && node->count == 0)
		DocumentFault(reader, "Policy statement must contain resources.",
		              "Resource is an empty list");
	list = DocumentList(reader, node, "Resource", &statement->resource_count);
	statement->resources = palloc_array(ArnPattern, statement->resource_count);
	for (int i = 0; i < statement->resource_count; i++)
	{
		Bytes text = DocumentText(reader, &list[i], "a resource", false);
		const char *fault = ArnPatternParse(text, reader->variables, &statement->resources[i]);

		if (fault != NULL)
			DocumentFault(reader,
			              psprintf("Resource %.*s must be in ARN format or \"*\".", SHOWN(text)),
			              psprintf("resource \"%.*s\" is no ARN: %s", SHOWN(text), fault));
	}
}

static void
ReadNotResources(DocumentReader *reader, const JsonNode *node, void *target)
{
	ReadResources(reader, node, target);
	((PolicyStatement *) target)->not_resources = true;
}

/* --- statements --- */

static void
ReadSid(DocumentReader *reader, const JsonNode *node, void *target)
{
	Bytes sid = DocumentText(reader, node, "Sid", false);

	for (int i = 0; reader->kind != POLICY_OF_RESOURCE && i < sid.length; i++)
		if (!isalnum((unsigned char) sid.data[i]))
			DocumentFault(reader,
			              "Statement IDs (SID) must be alpha-numeric. Check that your input "
			              "satisfies the regular expression [0-9A-Za-z]*",
			              "Sid has other characters than letters and digits");
	if (sid.length > 0)
		((PolicyStatement *) target)->sid = sid;
}

static void
ReadEffect(DocumentReader *reader, const JsonNode *node, void *target)
{
	Bytes effect = DocumentText(reader, node, "Effect", false);
	PolicyStatement *statement = target;

	if (BytesEqual(effect, BYTES_LITERAL("Deny")))
		statement->effect = EFFECT_DENY;
	else if (BytesEqual(effect, BYTES_LITERAL("Allow")))
		statement->effect = EFFECT_ALLOW;
	else
		DocumentFault(reader, SYNTAX_FAULT, "Effect is neither \"Allow\" nor \"Deny\"");
}

static const DocumentElement statement_elements[] = {
	{ "Sid", ReadSid },
	{ "Effect", ReadEffect },
	{ "Principal", DocumentReadPrincipals },
	{ "NotPrincipal", DocumentReadNotPrincipals },
	{ "Action", ReadActions },
	{ "NotAction", ReadNotActions },
	{ "Resource", ReadResources },
	{ "NotResource", ReadNotResources },
	{ "Condition", DocumentReadConditions },
};

static PolicyStatement
ReadStatement(DocumentReader *reader, const JsonNode *node)
{
	PolicyStatement statement = { { NULL, 0 } };

	DocumentReadObject(reader, node, "a statement", statement_elements,
	                   lengthof(statement_elements), &statement);
	if (statement.effect == EFFECT_MISSING)
		DocumentFault(reader, "Missing required field Effect", "Effect is missing");
	if (statement.action_count == 0)
		DocumentFault(reader, "Policy statement must contain actions.", "Action is missing");
	if (statement.resource_count == 0)
		DocumentFault(reader, "Policy statement must contain resources.", "Resource is missing");
	if (reader->kind == POLICY_OF_RESOURCE && statement.principal_count == 0)
		DocumentFault(reader, "Missing required field Principal", "Principal is missing");
	return statement;
}

static void
CheckSids(const DocumentReader *reader, const PolicyDocument *document)
{
	for (int i = 0; i < document->count; i++)
		for (int j = 0; j < i; j++)
			if (document->statements[i].sid.data != NULL &&
			    document->statements[j].sid.data != NULL &&
			    BytesEqual(document->statements[i].sid, document->statements[j].sid))
				DocumentFault(reader, "Statement IDs (SID) in a single policy must be unique.",
				              "two statements have one Sid");
}

static void
ReadStatements(DocumentReader *reader, const JsonNode *node, void *target)
{
	PolicyDocument *document = target;
	const JsonNode *list = DocumentList(reader, node, "Statement", &document->count);

	document->statements = palloc_array(PolicyStatement, document->count);
	for (int i = 0; i < document->count; i++)
	{
		reader->statement = i;
		document->statements[i] = ReadStatement(reader, &list[i]);
	}
	reader->statement = -1;
	CheckSids(reader, document);
}

/* --- the document --- */

static void
ReadVersion(DocumentReader *reader, const JsonNode *node, void *target)
{
	Bytes version = DocumentText(reader, node, "Version", false);

	reader->variables = BytesEqual(version, BYTES_LITERAL("2012-10-17"));
	if (!reader->variables && !BytesEqual(version, BYTES_LITERAL("2008-10-17")))
		DocumentFault(reader, "Policy document must be version 2012-10-17 or greater.",
		              "Version is neither \"2012-10-17\" nor \"2008-10-17\"");
}

static void
ReadId(DocumentReader *reader, const JsonNode *node, void *target)
{
	(void) DocumentText(reader, node, "Id", false);
}

/* Version may stand behind the statements, which it changes the meaning of. */
static void
Ignore(DocumentReader *reader, const JsonNode *node, void *target)
{
}

static const DocumentElement heads[] = {
	{ "Version", ReadVersion },
	{ "Id", ReadId },
	{ "Statement", Ignore },
};

static const DocumentElement bodies[] = {
	{ "Version", Ignore },
	{ "Id", Ignore },
	{ "Statement", ReadStatements },
};

typedef struct TextReading
{
	Bytes text;
	JsonNode *root;
} TextReading;

static void
ReadText(void *state)
{
	TextReading *reading = state;

	reading->root = JsonParse(reading->text);
}

static bool
IsMalformed(const ErrorData *error)
{
	return error->sqlerrcode == ExceptionSqlState(EXCEPTION_SERIALIZATION);
}

PolicyDocument *
PolicyDocumentParse(Bytes text, PolicyKind kind, bool stored)
{
	PolicyDocument *document = palloc0_object(PolicyDocument);
	DocumentReader reader = { kind, stored, .statement = -1 };
	TextReading reading = { text };
	ErrorData *error;

	if (text.length > MAX_POLICY_BYTES * 4)
		DocumentFault(&reader, SYNTAX_FAULT, "the document is too large");
	error = Guard(ReadText, &reading, IsMalformed);
	if (error != NULL)
		DocumentFault(&reader, SYNTAX_FAULT, psprintf("it is no JSON: %s", error->message));
	DocumentReadObject(&reader, reading.root, "the document", heads, lengthof(heads), document);
	DocumentReadObject(&reader, reading.root, "the document", bodies, lengthof(bodies), document);
	if (document->count == 0)
		DocumentFault(&reader, SYNTAX_FAULT, "Statement is missing");
	return document;
}

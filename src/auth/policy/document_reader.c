/*
 * Reading the JSON of policy documents, and refusing it.
 */
#include "postgres.h"

#include "auth/policy/document_reader.h"
#include "error/error.h"

void
DocumentFault(const DocumentReader *reader, const char *text, const char *detail)
{
	if (reader->statement >= 0)
		detail = psprintf("%s, in statement %d", detail, reader->statement + 1);
	if (reader->stored)
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED), errmsg("stored policy document is invalid"),
		         errdetail_internal("%s.", detail)));
	if (reader->kind == POLICY_OF_RESOURCE)
		ValidationError(TEXT_POLICY_DOCUMENT "%s", detail);
	ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_MALFORMED_POLICY_DOCUMENT)),
	                errmsg_internal("%s", text), errdetail_internal("%s.", detail)));
}

void
DocumentCheckNames(const DocumentReader *reader, const JsonNode *object)
{
	for (int i = 0; i < object->count; i++)
		for (int j = 0; j < i; j++)
			if (BytesEqual(object->members[i].name, object->members[j].name))
				DocumentFault(reader, SYNTAX_FAULT,
				              psprintf("\"%.*s\" stands twice in one object",
				                       SHOWN(object->members[i].name)));
}

static const DocumentElement *
FindElement(const DocumentElement *elements, int count, Bytes name)
{
	for (int i = 0; i < count; i++)
		if (BytesEqual(BytesFromCString(elements[i].name), name))
			return &elements[i];
	return NULL;
}

void
DocumentReadObject(DocumentReader *reader, const JsonNode *node, const char *what,
                   const DocumentElement *elements, int count, void *target)
{
	if (node->type != JSON_NODE_OBJECT)
		DocumentFault(reader, SYNTAX_FAULT, psprintf("%s is no object", what));
	DocumentCheckNames(reader, node);
	for (int i = 0; i < node->count; i++)
	{
		const JsonMember *member = &node->members[i];
		const DocumentElement *element = FindElement(elements, count, member->name);

		if (element == NULL)
			DocumentFault(
			    reader, SYNTAX_FAULT,
			    psprintf("%s has an unknown element \"%.*s\"", what, SHOWN(member->name)));
		element->read(reader, &member->value, target);
	}
}

Bytes
DocumentText(const DocumentReader *reader, const JsonNode *node, const char *what, bool scalars)
{
	if (scalars && node->type == JSON_NODE_BOOLEAN)
		return node->boolean ? BYTES_LITERAL("true") : BYTES_LITERAL("false");
	if (node->type != JSON_NODE_STRING && !(scalars && node->type == JSON_NODE_NUMBER))
		DocumentFault(reader, SYNTAX_FAULT, psprintf("%s is no string", what));
	return (Bytes){ node->text, node->count };
}

const JsonNode *
DocumentList(const DocumentReader *reader, const JsonNode *node, const char *what, int *count)
{
	*count = 1;
	if (node->type != JSON_NODE_ARRAY)
		return node;
	*count = node->count;
	if (node->count == 0)
		DocumentFault(reader, SYNTAX_FAULT, psprintf("%s is an empty list", what));
	return node->elements;
}

/*
 * Reading the element Condition: {operator: {key: value or values}}.
 */
#include "postgres.h"

#include "auth/policy/document_reader.h"
#include "compat.h"

static void
ReadKey(const DocumentReader *reader, Bytes name, Condition *condition)
{
	if (BytesFind(name, ':') == NULL)
		DocumentFault(reader, VENDOR_FAULT,
		              psprintf("condition key \"%.*s\" has no prefix", SHOWN(name)));
	if (!ConditionKeyFind(name, &condition->key, &condition->tag))
		DocumentFault(reader, psprintf("Condition key %.*s is not supported.", SHOWN(name)),
		              psprintf("condition key \"%.*s\" is not known", SHOWN(name)));
}

static void
ReadOperands(const DocumentReader *reader, const JsonNode *node, Condition *condition)
{
	const JsonNode *values = DocumentList(reader, node, "a condition's value", &condition->count);

	condition->operands = palloc_array(ConditionOperand, condition->count);
	for (int i = 0; i < condition->count; i++)
	{
		Bytes text = DocumentText(reader, &values[i], "a condition's value", true);
		const char *fault =
		    ConditionReadOperand(condition, text, reader->variables, &condition->operands[i]);

		if (fault != NULL)
			DocumentFault(reader, SYNTAX_FAULT,
			              psprintf("condition value \"%.*s\" is invalid: %s", SHOWN(text), fault));
	}
}

/* The keys of one operator. */
static void
ReadOperator(const DocumentReader *reader, const JsonMember *member, PolicyStatement *statement)
{
	Condition form;

	if (!ConditionReadOperator(member->name, &form))
		DocumentFault(reader, psprintf("Invalid Condition type : %.*s.", SHOWN(member->name)),
		              psprintf("condition operator \"%.*s\" is not known", SHOWN(member->name)));
	if (member->value.type != JSON_NODE_OBJECT)
		DocumentFault(reader, SYNTAX_FAULT, "a condition operator's value is no object");
	DocumentCheckNames(reader, &member->value);
	for (int i = 0; i < member->value.count; i++)
	{
		Condition *condition = &statement->conditions[statement->condition_count++];

		*condition = form;
		ReadKey(reader, member->value.members[i].name, condition);
		ReadOperands(reader, &member->value.members[i].value, condition);
	}
}

static int
CountConditions(const JsonNode *node)
{
	int count = 0;

	for (int i = 0; i < node->count; i++)
		if (node->members[i].value.type == JSON_NODE_OBJECT)
			count += node->members[i].value.count;
	return count;
}

void
DocumentReadConditions(DocumentReader *reader, const JsonNode *node, void *target)
{
	PolicyStatement *statement = target;

	if (node->type != JSON_NODE_OBJECT)
		DocumentFault(reader, SYNTAX_FAULT, "Condition is no object");
	DocumentCheckNames(reader, node);
	statement->conditions = palloc_array(Condition, CountConditions(node) + 1);
	for (int i = 0; i < node->count; i++)
		ReadOperator(reader, &node->members[i], statement);
}

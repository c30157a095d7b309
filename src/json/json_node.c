/*
 * What nodes of JSON hold.
 */
#include "json/json.h"

#include "error/error.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

static void
CheckType(const JsonNode *node, JsonNodeType type)
{
	if (node->type != type)
		elog(ERROR, "JSON node of type %d where type %d is expected", node->type, type);
}

const JsonNode *
JsonGet(const JsonNode *object, const char *name)
{
	int length = strlen(name);

	if (object == NULL || object->type != JSON_NODE_OBJECT)
		return NULL;
	for (int i = object->count - 1; i >= 0; i--)
	{
		const JsonMember *member = &object->members[i];

		if (member->name.length == length && memcmp(member->name.data, name, length) == 0)
			return member->value.type == JSON_NODE_NULL ? NULL : &member->value;
	}
	return NULL;
}

Bytes
JsonNodeString(const JsonNode *node)
{
	if (node->type == JSON_NODE_OBJECT && node->count == 1)
		node = &node->members[0].value;
	CheckType(node, JSON_NODE_STRING);
	return (Bytes){ node->text, node->count };
}

int64
JsonNodeInteger(const JsonNode *node)
{
	char *text;
	char *end;
	double value;
	int64 integer;

	CheckType(node, JSON_NODE_NUMBER);
	text = pnstrdup(node->text, node->count);
	integer = strtoll(text, &end, 10); /* clamps */
	if (*end == '\0')
		return integer;
	value = strtod(text, NULL);
	if (value >= (double) PG_INT64_MAX)
		return PG_INT64_MAX;
	if (value <= (double) PG_INT64_MIN)
		return PG_INT64_MIN;
	return (int64) value;
}

/*
 * Members of JSON objects, by name.
 */
#include "item/json.h"

#include "error/error.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

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
	if (node->type != JSON_NODE_STRING)
		elog(ERROR, "JSON node of type %d where a string is expected", node->type);
	return (Bytes){ node->text, node->count };
}

Bytes
JsonGetString(const JsonNode *object, const char *name)
{
	const JsonNode *member = JsonGet(object, name);

	return member == NULL ? (Bytes){ NULL, 0 } : JsonNodeString(member);
}

bool
JsonGetBoolean(const JsonNode *object, const char *name, bool absent)
{
	const JsonNode *member = JsonGet(object, name);

	return member == NULL ? absent : member->boolean;
}

/* As the service does, a fraction is cut off and what is too large becomes the largest. */
int64
JsonNodeInteger(const JsonNode *node)
{
	char *text;
	char *end;
	double value;
	int64 integer;

	Assert(node->type == JSON_NODE_NUMBER);
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

int64
JsonGetInteger(const JsonNode *object, const char *name, int64 absent)
{
	const JsonNode *member = JsonGet(object, name);

	return member == NULL ? absent : JsonNodeInteger(member);
}

/*
 * Reads JSON that the extension has written into its tables, without trust.
 */
#include "json/kept_json.h"

#include "error/error.h"

#include <math.h>

static const char *const type_faults[] = {
	[JSON_NODE_NULL] = "is not null",    [JSON_NODE_BOOLEAN] = "is no boolean",
	[JSON_NODE_NUMBER] = "is no number", [JSON_NODE_STRING] = "is no string",
	[JSON_NODE_ARRAY] = "is no array",   [JSON_NODE_OBJECT] = "is no object",
};

void
KeptFault(const char *name, const char *fault)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
	                errmsg("invalid data in a table of extension dynamo: \"%s\" %s", name, fault)));
}

void
KeptCheck(const JsonNode *node, JsonNodeType type, const char *name)
{
	if (node->type != type)
		KeptFault(name, type_faults[type]);
}

static const JsonNode *
Need(const JsonNode *member, const char *name)
{
	if (member == NULL)
		KeptFault(name, "is missing");
	return member;
}

const JsonNode *
KeptGet(const JsonNode *object, const char *name, JsonNodeType type)
{
	const JsonNode *member = JsonGet(object, name);

	if (member != NULL)
		KeptCheck(member, type, name);
	return member;
}

const JsonNode *
KeptNeed(const JsonNode *object, const char *name, JsonNodeType type)
{
	return Need(KeptGet(object, name, type), name);
}

/* JsonFromJsonb makes {"S": text} of a string with U+0000. */
Bytes
KeptString(const JsonNode *node, const char *name)
{
	if (node->type == JSON_NODE_OBJECT && node->count == 1)
		node = &node->members[0].value;
	KeptCheck(node, JSON_NODE_STRING, name);
	return (Bytes){ node->text, node->count };
}

Bytes
KeptGetString(const JsonNode *object, const char *name)
{
	const JsonNode *member = JsonGet(object, name);

	return member == NULL ? (Bytes){ NULL, 0 } : KeptString(member, name);
}

Bytes
KeptNeedString(const JsonNode *object, const char *name)
{
	return KeptString(Need(JsonGet(object, name), name), name);
}

bool
KeptGetBoolean(const JsonNode *object, const char *name)
{
	const JsonNode *member = KeptGet(object, name, JSON_NODE_BOOLEAN);

	return member != NULL && member->boolean;
}

int64
KeptGetInteger(const JsonNode *object, const char *name, int64 absent, int64 most)
{
	const JsonNode *member = KeptGet(object, name, JSON_NODE_NUMBER);
	int64 value;

	if (member == NULL)
		return absent;
	value = JsonNodeInteger(member);
	if (value < 0 || value > most)
		KeptFault(name, "is out of range");
	return value;
}

double
KeptNeedNumber(const JsonNode *object, const char *name)
{
	const JsonNode *member = KeptNeed(object, name, JSON_NODE_NUMBER);
	double value = strtod(pnstrdup(member->text, member->count), NULL);

	if (!isfinite(value))
		KeptFault(name, "is out of range");
	return value;
}

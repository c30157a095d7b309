/*
 * Makes a tree of JSON nodes from a jsonb that a SQL caller gave, in which
 * U+0000 is escaped as item/encoding.h says.
 */
#include "json/json.h"

#include "error/error.h"
#include "text/escape.h"
#include "json/jsonb_walk.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static void NodeFromEntry(const JsonbEntry *entry, bool bare, bool bare_children, JsonNode *node);

/*
 * {"$s": escaped} stands for the attribute value {"S": text}, but in these
 * members of the API, which hold bare strings, for the string.
 */
static bool
HoldsBareStrings(Bytes member)
{
	return BytesEqual(member, BYTES_LITERAL("SS")) ||
	       BytesEqual(member, BYTES_LITERAL("AttributesToGet")) ||
	       BytesEqual(member, BYTES_LITERAL("NonKeyAttributes")) ||
	       BytesEqual(member, BYTES_LITERAL("ExpressionAttributeNames"));
}

static void
SetString(JsonNode *node, Bytes text)
{
	node->type = JSON_NODE_STRING;
	node->text = text.data;
	node->count = text.length;
}

/* Where `container` is {"$s": string}, the string that it escapes. */
static bool
EscapedString(const JsonbContainer *container, Bytes *text)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;

	if (walk.count != 1)
		return false;
	JsonbWalkNext(&walk, &entry);
	if (entry.type != JENTRY_ISSTRING || !BytesEqual(entry.name, BYTES_LITERAL("$s")))
		return false;
	if (!UnescapeNul(entry.text, text))
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_STORED_ESCAPE, BYTES_ARGS(entry.text));
	return true;
}

static void
NodeFromObject(const JsonbContainer *container, bool bare, bool bare_children, JsonNode *node)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	Bytes text;
	JsonMember *member;

	if (EscapedString(container, &text))
	{
		SetString(node, text);
		if (bare)
			return;
		member = palloc(sizeof(JsonMember));
		member->name = BYTES_LITERAL("S");
		member->value = *node;
		*node = (JsonNode){ .type = JSON_NODE_OBJECT, .count = 1, .members = member };
		return;
	}

	node->type = JSON_NODE_OBJECT;
	node->count = walk.count;
	node->members = member =
	    MemoryContextAllocHuge(CurrentMemoryContext, sizeof(JsonMember) * Max(walk.count, 1));
	for (; JsonbWalkNext(&walk, &entry); member++)
	{
		if (!UnescapeName(entry.name, &member->name))
			DynamoError(EXCEPTION_SERIALIZATION, TEXT_STORED_ESCAPE_NAME, BYTES_ARGS(entry.name));
		NodeFromEntry(&entry, bare_children, HoldsBareStrings(member->name), &member->value);
	}
}

static void
NodeFromArray(const JsonbContainer *container, bool bare_children, JsonNode *node)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	JsonNode *element;

	node->type = JSON_NODE_ARRAY;
	node->count = walk.count;
	node->elements = element =
	    MemoryContextAllocHuge(CurrentMemoryContext, sizeof(JsonNode) * Max(walk.count, 1));
	for (; JsonbWalkNext(&walk, &entry); element++)
		NodeFromEntry(&entry, bare_children, false, element);
}

static void
NodeFromEntry(const JsonbEntry *entry, bool bare, bool bare_children, JsonNode *node)
{
	check_stack_depth();
	*node = (JsonNode){ .type = JSON_NODE_NULL };
	switch (entry->type)
	{
		case JENTRY_ISSTRING:
			SetString(node, entry->text);
			break;
		case JENTRY_ISNUMERIC:
			node->type = JSON_NODE_NUMBER;
			node->text =
			    DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(entry->number)));
			node->count = strlen(node->text);
			break;
		case JENTRY_ISBOOL_FALSE:
		case JENTRY_ISBOOL_TRUE:
			node->type = JSON_NODE_BOOLEAN;
			node->boolean = entry->type == JENTRY_ISBOOL_TRUE;
			break;
		case JENTRY_ISCONTAINER:
			if (JsonContainerIsObject(entry->container))
				NodeFromObject(entry->container, bare, bare_children, node);
			else
				NodeFromArray(entry->container, bare_children, node);
			break;
		default: /* JENTRY_ISNULL */
			break;
	}
}

/* A jsonb as the entry that it would be inside another. */
static JsonbEntry
RootEntry(const Jsonb *jsonb)
{
	JsonbEntry entry = { .type = JENTRY_ISCONTAINER };

	entry.container = &jsonb->root;
	if (JsonContainerIsScalar(&jsonb->root))
	{
		JsonbWalk walk = JsonbWalkStart(&jsonb->root);

		JsonbWalkNext(&walk, &entry);
	}
	return entry;
}

JsonNode *
JsonFromJsonb(Jsonb *jsonb)
{
	JsonNode *node = palloc(sizeof(JsonNode));
	JsonbEntry root = RootEntry(jsonb);

	NodeFromEntry(&root, false, false, node);
	return node;
}

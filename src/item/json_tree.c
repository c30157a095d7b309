/*
 * Reads a whole JSON text into a tree of nodes.
 */
#include "item/json.h"

#include "item/json_stack.h"

typedef struct TreeReader
{
	JsonSource source;
	JsonStack stack;
} TreeReader;

static void
ReadValue(TreeReader *reader, JsonNode *node)
{
	JsonNodeType type = JsonSourceType(&reader->source);
	int base = reader->stack.count;
	JsonContainer container;
	JsonNode child;
	Bytes name;

	if (type != JSON_NODE_ARRAY && type != JSON_NODE_OBJECT)
	{
		JsonSourceScalar(&reader->source, type, node);
		return;
	}
	JsonSourceEnter(&reader->source, &container);
	while (JsonSourceNext(&reader->source, &container, &name))
	{
		ReadValue(reader, &child);
		if (type == JSON_NODE_ARRAY)
			JsonStackPushElement(&reader->stack, &child);
		else
			JsonStackPushMember(&reader->stack, name, &child);
	}
	if (type == JSON_NODE_ARRAY)
		JsonStackTakeArray(&reader->stack, base, &reader->source, node);
	else
		JsonStackTakeObject(&reader->stack, base, &reader->source, node);
}

JsonNode *
JsonParse(Bytes text)
{
	TreeReader reader;
	JsonNode *root = palloc(sizeof(JsonNode));

	JsonSourceOfText(&reader.source, text);
	JsonStackStart(&reader.stack);
	ReadValue(&reader, root);
	JsonSourceEnd(&reader.source);
	JsonStackEnd(&reader.stack);
	return root;
}

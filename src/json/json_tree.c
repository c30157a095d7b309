/*
 * Reads a whole JSON text into a tree of nodes.
 */
#include "json/json.h"

#include "json/json_stack.h"

typedef struct TreeReader
{
	JsonSource source;
	JsonStack stack;
} TreeReader;

static void ReadValue(TreeReader *reader, JsonNode *node);

static void
ReadArray(TreeReader *reader, JsonNode *node)
{
	int base = reader->stack.count;
	JsonContainer container;
	JsonNode element;

	JsonSourceEnter(&reader->source, &container);
	while (JsonSourceNext(&reader->source, &container, NULL))
	{
		ReadValue(reader, &element);
		JsonStackPushElement(&reader->stack, &element);
	}
	JsonStackTakeArray(&reader->stack, base, &reader->source, node);
}

static void
ReadObject(TreeReader *reader, JsonNode *node)
{
	int base = reader->stack.count;
	JsonContainer container;
	JsonNode value;
	Bytes name;

	JsonSourceEnter(&reader->source, &container);
	while (JsonSourceNext(&reader->source, &container, &name))
	{
		ReadValue(reader, &value);
		JsonStackPushMember(&reader->stack, name, &value);
	}
	JsonStackTakeObject(&reader->stack, base, &reader->source, node);
}

static void
ReadValue(TreeReader *reader, JsonNode *node)
{
	JsonNodeType type = JsonSourceRead(&reader->source, node);

	if (type == JSON_NODE_ARRAY)
		ReadArray(reader, node);
	else if (type == JSON_NODE_OBJECT)
		ReadObject(reader, node);
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

/*
 * Reads a request by its shape. A value of a list or map takes 16 bytes, and its
 * name as many; a structure has its slots from its first member on.
 *
 * After the first value of the wrong type the rest is passed without being
 * built: only what is no JSON at all is reported before it.
 */
#include "model/read.h"

#include "error/error.h"
#include "json/json_token.h"
#include "json/json_stack.h"
#include "model/check.h"

typedef struct RequestReader
{
	JsonSource *source;
	JsonStack stack;
	const char *fault; /* the first value of the wrong type; NULL: none */
	bool odd_values;   /* some attribute value holds a null */
} RequestReader;

static void ReadNode(RequestReader *reader, const Shape *shape, JsonNode *node);

/* --- JSON types --- */

static const char *const java_types[] = {
	[SHAPE_STRING] = "java.lang.String",  [SHAPE_INTEGER] = "java.lang.Integer",
	[SHAPE_LONG] = "java.lang.Long",      [SHAPE_BOOLEAN] = "java.lang.Boolean",
	[SHAPE_BLOB] = "java.nio.ByteBuffer", [SHAPE_TIME] = "java.util.Date",
	[SHAPE_DOUBLE] = "java.lang.Double",
};

static bool
ScalarHasType(const Shape *shape, const JsonNode *node)
{
	int64 value;

	switch (shape->type)
	{
		case SHAPE_BOOLEAN:
			return node->type == JSON_NODE_BOOLEAN;
		case SHAPE_INTEGER:
			return node->type == JSON_NODE_NUMBER && ShapeReadInteger(node, &value) &&
			       value == (int32) value;
		case SHAPE_LONG:
			return node->type == JSON_NODE_NUMBER && ShapeReadInteger(node, &value);
		case SHAPE_TIME:
		case SHAPE_DOUBLE:
			return node->type == JSON_NODE_NUMBER;
		default:
			return node->type == JSON_NODE_STRING;
	}
}

/* What is wrong with a scalar of another type than the shape's. */
static const char *
ScalarFault(const Shape *shape, const JsonNode *node)
{
	if (shape->type == SHAPE_BLOB)
		return TEXT_NOT_BASE64;
	if (shape->type == SHAPE_BOOLEAN && node->type == JSON_NODE_STRING)
		return TEXT_TOKEN_UNEXPECTED;
	return psprintf(TEXT_NOT_CONVERTIBLE, JsonTokenName(node),
	                strrchr(java_types[shape->type], '.') + 1);
}

/* What is wrong with an array or object where the shape has something else. */
static const char *
ContainerFault(const Shape *shape, JsonNodeType type)
{
	if (type == JSON_NODE_OBJECT)
		return TEXT_OBJECT_MISPLACED;
	if (shape->type < SHAPE_LIST)
		return psprintf(TEXT_COLLECTION, java_types[shape->type]);
	return TEXT_LIST_MISPLACED;
}

/* What is wrong with a scalar where the shape has none. */
static const char *
MisplacedFault(const Shape *shape)
{
	return shape->type >= SHAPE_STRUCTURE ? TEXT_VALUE_TYPE : TEXT_FIELD_TYPE;
}

/* --- children --- */

/* Reads the value at hand; false where there was a fault, and so nothing to keep. */
static inline bool
ReadChild(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	if (unlikely(reader->fault != NULL))
	{
		JsonSourceSkip(reader->source);
		return false;
	}
	if (JsonSourceRead(reader->source, node) != JSON_NODE_NULL)
		ReadNode(reader, shape, node);
	return reader->fault == NULL;
}

static void
ReadList(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	int base = reader->stack.count;
	JsonContainer container;
	JsonNode element;

	JsonSourceEnter(reader->source, &container);
	while (JsonSourceNext(reader->source, &container, NULL))
	{
		if (!ReadChild(reader, shape->element, &element))
			continue;
		reader->odd_values |= element.type == JSON_NODE_NULL;
		JsonStackPushElement(&reader->stack, &element);
	}
	JsonStackTakeArray(&reader->stack, base, reader->source, node);
}

static void
ReadMap(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	int64 longest = shape->key->max == SHAPE_ANY ? PG_INT64_MAX : shape->key->max;
	int base = reader->stack.count;
	JsonContainer container;
	JsonNode value;
	Bytes name;

	JsonSourceEnter(reader->source, &container);
	while (JsonSourceNext(reader->source, &container, &name))
	{
		if (!ReadChild(reader, shape->element, &value))
			continue;
		reader->odd_values |= name.length > longest || value.type == JSON_NODE_NULL;
		JsonStackPushMember(&reader->stack, name, &value);
	}
	JsonStackTakeObject(&reader->stack, base, reader->source, node);
}

/* The position of the member that has this name; the number of members where none has it. */
static inline int
FindMember(const Shape *shape, Bytes name)
{
	int position = 0;

	if (name.length == 0)
		return shape->member_count;
	for (; position < shape->member_count; position++)
	{
		const Bytes *member = &shape->members[position].name;

		if (member->length == name.length && member->data[0] == name.data[0] &&
		    memcmp(member->data, name.data, name.length) == 0)
			break;
	}
	return position;
}

/* An object of the variants that are given; AttributeValueParse demands that it is one. */
static void
ReadUnion(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	int base = reader->stack.count;
	JsonContainer container;
	JsonNode value;
	Bytes name;

	JsonSourceEnter(reader->source, &container);
	while (JsonSourceNext(reader->source, &container, &name))
	{
		int position = FindMember(shape, name);

		if (position == shape->member_count)
			JsonSourceSkip(reader->source);
		else if (ReadChild(reader, shape->members[position].shape, &value))
			JsonStackPushMember(&reader->stack, name, &value);
	}
	JsonStackTakeObject(&reader->stack, base, reader->source, node);
}

static Structure *
NewStructure(RequestReader *reader, const Shape *shape)
{
	Size size = offsetof(Structure, slots) + sizeof(JsonNode) * shape->member_count;
	Structure *structure = JsonSourceAllocate(reader->source, size);

	memset(structure, 0, size); /* JSON_NODE_NULL is 0 */
	structure->shape = shape;
	structure->count = shape->member_count;
	return structure;
}

/* Of members of the same name the last one counts, null or not. */
static void
ReadStructure(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	Structure *structure = NULL;
	JsonContainer container;
	JsonNode value;
	Bytes name;

	JsonSourceEnter(reader->source, &container);
	while (JsonSourceNext(reader->source, &container, &name))
	{
		int position = FindMember(shape, name);

		if (position == shape->member_count)
			JsonSourceSkip(reader->source);
		else if (ReadChild(reader, shape->members[position].shape, &value))
		{
			if (structure == NULL && value.type != JSON_NODE_NULL)
				structure = NewStructure(reader, shape);
			if (structure != NULL)
				structure->slots[position] = value;
		}
	}
	node->type = JSON_NODE_STRUCTURE;
	node->count = 0;
	node->structure = structure != NULL ? structure : shape->empty;
}

static void
ReadContainer(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	switch (shape->type)
	{
		case SHAPE_LIST:
			ReadList(reader, shape, node);
			break;
		case SHAPE_MAP:
			ReadMap(reader, shape, node);
			break;
		case SHAPE_UNION:
			ReadUnion(reader, shape, node);
			break;
		default:
			ReadStructure(reader, shape, node);
			break;
	}
}

/* Goes on with the value at hand, which JsonSourceRead has begun. */
static void
ReadNode(RequestReader *reader, const Shape *shape, JsonNode *node)
{
	bool container = node->type == JSON_NODE_ARRAY || node->type == JSON_NODE_OBJECT;
	JsonNodeType wanted = shape->type == SHAPE_LIST ? JSON_NODE_ARRAY : JSON_NODE_OBJECT;

	if (container && shape->type >= SHAPE_LIST && node->type == wanted)
		ReadContainer(reader, shape, node);
	else if (container)
	{
		reader->fault = ContainerFault(shape, node->type);
		JsonSourceSkipContainer(reader->source);
	}
	else if (shape->type >= SHAPE_LIST)
		reader->fault = MisplacedFault(shape);
	else if (!ScalarHasType(shape, node))
		reader->fault = ScalarFault(shape, node);
}

const Structure *
RequestRead(const Shape *shape, JsonSource *source)
{
	RequestReader reader = { .source = source };
	JsonNode root;

	JsonStackStart(&reader.stack);
	JsonSourceRead(source, &root);
	ReadNode(&reader, shape, &root);
	JsonSourceEnd(source);
	JsonStackEnd(&reader.stack);
	if (reader.fault != NULL)
		DynamoError(EXCEPTION_SERIALIZATION, "%s", reader.fault);
	ConstraintsCheck(shape, &root, reader.odd_values);
	return NodeStructure(&root);
}

const Structure *
RequestReadText(const Shape *shape, Bytes json)
{
	JsonSource source;

	JsonSourceOfText(&source, json);
	return RequestRead(shape, &source);
}

const Structure *
RequestReadNode(const Shape *shape, const JsonNode *node)
{
	JsonSource source;

	JsonSourceOfNode(&source, node);
	return RequestRead(shape, &source);
}

/*
 * Members of structures, each checked to be what its kind says.
 */
#include "model/structure.h"
#include "text/unix_time.h"

#include <errno.h>
#include <math.h>

#include "miscadmin.h"

#define MAX_SECONDS 253402300799.0 /* the end of 9999 */

static void
CheckType(const JsonNode *node, JsonNodeType type)
{
	if (node->type != type)
		elog(ERROR, "request node of type %d where type %d is expected", node->type, type);
}

static const JsonNode *
FindOfType(const Structure *structure, MemberId id, JsonNodeType type)
{
	const JsonNode *node = StructureFind(structure, id);

	if (node != NULL)
		CheckType(node, type);
	return node;
}

bool
StructureIsEmpty(const Structure *structure)
{
	for (int i = 0; i < structure->count; i++)
	{
		if (structure->slots[i].type != JSON_NODE_NULL)
			return false;
	}
	return true;
}

Bytes
StructureString(const Structure *structure, StringMember member)
{
	const JsonNode *node = FindOfType(structure, member.id, JSON_NODE_STRING);

	return node == NULL ? (Bytes){ NULL, 0 } : (Bytes){ node->text, node->count };
}

bool
StructureBoolean(const Structure *structure, BooleanMember member, bool absent)
{
	const JsonNode *node = FindOfType(structure, member.id, JSON_NODE_BOOLEAN);

	return node == NULL ? absent : node->boolean;
}

bool
ShapeReadInteger(const JsonNode *node, int64 *value)
{
	char *digits = pnstrdup(node->text, node->count);
	char *end;
	double approximate = 0;

	errno = 0;
	*value = strtoll(digits, &end, 10);
	if (errno == 0 && *end != '\0')
	{
		approximate = strtod(digits, NULL);
		if (FLOAT8_FITS_IN_INT64(approximate))
			*value = (int64) approximate;
	}
	pfree(digits);
	return errno == 0 && FLOAT8_FITS_IN_INT64(approximate);
}

int64
StructureInteger(const Structure *structure, IntegerMember member, int64 absent)
{
	const JsonNode *node = FindOfType(structure, member.id, JSON_NODE_NUMBER);

	return node == NULL ? absent : JsonNodeInteger(node);
}

double
StructureDouble(const Structure *structure, DoubleMember member, double absent)
{
	const JsonNode *node = FindOfType(structure, member.id, JSON_NODE_NUMBER);
	char *digits;
	double value;

	if (node == NULL)
		return absent;
	digits = pnstrdup(node->text, node->count);
	value = strtod(digits, NULL);
	pfree(digits);
	return value;
}

TimestampTz
StructureTime(const Structure *structure, TimeMember member, TimestampTz absent)
{
	double seconds;

	if (!StructureHas(structure, member.id))
		return absent;
	seconds = StructureDouble(structure, (DoubleMember){ member.id }, 0);
	seconds = Min(Max(seconds, 0), MAX_SECONDS);
	return (TimestampTz) rint((seconds - UNIX_SECONDS_OF_EPOCH) * USECS_PER_SEC);
}

const Structure *
StructureStructure(const Structure *structure, StructureMember member)
{
	const JsonNode *node = FindOfType(structure, member.id, JSON_NODE_STRUCTURE);

	return node == NULL ? NULL : node->structure;
}

const JsonNode *
StructureList(const Structure *structure, ListMember member)
{
	return FindOfType(structure, member.id, JSON_NODE_ARRAY);
}

const JsonNode *
StructureMap(const Structure *structure, MapMember member)
{
	return FindOfType(structure, member.id, JSON_NODE_OBJECT);
}

const JsonNode *
StructureValue(const Structure *structure, ValueMember member)
{
	return FindOfType(structure, member.id, JSON_NODE_OBJECT);
}

const Structure *
NodeStructure(const JsonNode *node)
{
	CheckType(node, JSON_NODE_STRUCTURE);
	return node->structure;
}

void
StructureWriteMembers(JsonWriter *writer, const Structure *structure, MemberId without)
{
	const JsonNode *left_out = StructureFind(structure, without);

	for (int i = 0; i < structure->count; i++)
	{
		const JsonNode *value = &structure->slots[i];

		if (value->type == JSON_NODE_NULL || value == left_out)
			continue;
		JsonNameBytes(writer, structure->shape->members[i].name);
		RequestNodeWrite(writer, value);
	}
}

static void
WriteStructure(JsonWriter *writer, const Structure *structure)
{
	JsonBeginObject(writer);
	StructureWriteMembers(writer, structure, MEMBER_NONE);
	JsonEndObject(writer);
}

static void
WriteElements(JsonWriter *writer, const JsonNode *array)
{
	JsonBeginArray(writer);
	for (int i = 0; i < array->count; i++)
		RequestNodeWrite(writer, &array->elements[i]);
	JsonEndArray(writer);
}

static void
WriteMembers(JsonWriter *writer, const JsonNode *object)
{
	JsonBeginObject(writer);
	for (int i = 0; i < object->count; i++)
	{
		JsonNameBytes(writer, object->members[i].name);
		RequestNodeWrite(writer, &object->members[i].value);
	}
	JsonEndObject(writer);
}

void
RequestNodeWrite(JsonWriter *writer, const JsonNode *node)
{
	check_stack_depth();
	switch (node->type)
	{
		case JSON_NODE_NULL:
			JsonNull(writer);
			break;
		case JSON_NODE_BOOLEAN:
			JsonBoolean(writer, node->boolean);
			break;
		case JSON_NODE_NUMBER:
			JsonRaw(writer, (Bytes){ node->text, node->count });
			break;
		case JSON_NODE_STRING:
			JsonString(writer, (Bytes){ node->text, node->count });
			break;
		case JSON_NODE_ARRAY:
			WriteElements(writer, node);
			break;
		case JSON_NODE_OBJECT:
			WriteMembers(writer, node);
			break;
		case JSON_NODE_STRUCTURE:
			WriteStructure(writer, node->structure);
			break;
	}
}

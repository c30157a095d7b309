/*
 * See value_text.h.
 */
#include "model/value_text.h"

#include "item/shown.h"

#include "miscadmin.h"

/* A text that grows up to the cut. */
typedef struct ValueText
{
	StringInfoData text;
	bool cut;
} ValueText;

static void Show(ValueText *value, const Shape *shape, const JsonNode *node);

/* A variant of a union's value. */
static const JsonNode *
FindVariant(const JsonNode *object, Bytes name)
{
	for (int i = object->count - 1; i >= 0; i--)
	{
		const JsonMember *member = &object->members[i];

		if (BytesEqual(member->name, name))
			return member->value.type == JSON_NODE_NULL ? NULL : &member->value;
	}
	return NULL;
}

const JsonNode *
ShapeMemberValue(const Shape *shape, const JsonNode *node, int position)
{
	const Structure *structure;

	if (shape->type == SHAPE_UNION)
		return FindVariant(node, shape->members[position].name);
	structure = NodeStructure(node);
	if (position >= structure->count || structure->slots[position].type == JSON_NODE_NULL)
		return NULL;
	return &structure->slots[position];
}

void
LowerFirstAppend(StringInfo out, Bytes name)
{
	appendBinaryStringInfo(out, name.data, name.length);
	if (name.length > 0)
		out->data[out->len - name.length] = pg_tolower((unsigned char) name.data[0]);
}

static void
Cut(ValueText *value)
{
	if (value->cut || value->text.len <= MAX_SHOWN_VALUE)
		return;
	ShownCut(&value->text);
	value->cut = true;
}

static void
ShowMembers(ValueText *value, const Shape *shape, const JsonNode *node)
{
	appendStringInfo(&value->text, "%s(", shape->name);
	for (int i = 0; i < shape->member_count && !value->cut; i++)
	{
		const ShapeMember *member = &shape->members[i];

		if (i > 0)
			appendStringInfoString(&value->text, ", ");
		LowerFirstAppend(&value->text, member->name);
		appendStringInfoChar(&value->text, '=');
		Show(value, member->shape, ShapeMemberValue(shape, node, i));
	}
	appendStringInfoChar(&value->text, ')');
}

static void
ShowEntries(ValueText *value, const Shape *shape, const JsonNode *node)
{
	bool map = shape->type == SHAPE_MAP;

	appendStringInfoChar(&value->text, map ? '{' : '[');
	for (int i = 0; i < node->count && !value->cut; i++)
	{
		if (i > 0)
			appendStringInfoString(&value->text, ", ");
		if (map)
		{
			Bytes name = node->members[i].name;

			appendBinaryStringInfo(&value->text, name.data, name.length);
			appendStringInfoChar(&value->text, '=');
		}
		Show(value, shape->element, map ? &node->members[i].value : &node->elements[i]);
	}
	appendStringInfoChar(&value->text, map ? '}' : ']');
}

static void
ShowJson(ValueText *value, const JsonNode *node)
{
	JsonWriter writer;

	JsonWriterInit(&writer, &value->text, false);
	RequestNodeWrite(&writer, node);
}

/* A value as the service's messages show it. */
static void
Show(ValueText *value, const Shape *shape, const JsonNode *node)
{
	check_stack_depth();
	Cut(value);
	if (value->cut)
		return;
	if (node == NULL || node->type == JSON_NODE_NULL)
		appendStringInfoString(&value->text, "null");
	else if (node->type == JSON_NODE_BOOLEAN)
		appendStringInfoString(&value->text, node->boolean ? "true" : "false");
	else if (shape->type < SHAPE_LIST)
		appendBinaryStringInfo(&value->text, node->text, node->count);
	else if (shape->shown_as_json)
		ShowJson(value, node);
	else if (shape->type >= SHAPE_STRUCTURE)
		ShowMembers(value, shape, node);
	else
		ShowEntries(value, shape, node);
	Cut(value);
}

void
ValueTextAppend(StringInfo out, const Shape *shape, const JsonNode *node)
{
	ValueText value = { .cut = false };

	initStringInfo(&value.text);
	Show(&value, shape, node);
	appendBinaryStringInfo(out, value.text.data, value.text.len);
	pfree(value.text.data);
}

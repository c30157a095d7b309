/*
 * jsonb of what a JsonWriter wrote. As jsonb_in, whose parser and builder take
 * several times as long.
 */
#include "json/json.h"

#include "json/jsonb_build.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"

static JEntry EncodeNode(StringInfo out, const JsonNode *node);

static int
CompareMembers(const void *a, const void *b)
{
	const JsonMember *left = *(const JsonMember *const *) a;
	const JsonMember *right = *(const JsonMember *const *) b;
	int order = JsonbKeyCompare(left->name, right->name);

	/* Of equal names the one that came last goes first. */
	return order != 0 ? order : (left < right) - (left > right);
}

/* The object's members in jsonb's order, of equal names the last; *count of them. */
static const JsonMember **
SortMembers(const JsonNode *object, int *count)
{
	const JsonMember **sorted = palloc(sizeof(JsonMember *) * object->count);
	bool ascending = true;
	int kept = 0;

	for (int i = 0; i < object->count; i++)
	{
		sorted[i] = &object->members[i];
		ascending =
		    ascending && (i == 0 || JsonbKeyCompare(sorted[i - 1]->name, sorted[i]->name) < 0);
	}
	*count = object->count;
	if (ascending)
		return sorted;

	qsort(sorted, object->count, sizeof(JsonMember *), CompareMembers);
	for (int i = 0; i < object->count; i++)
	{
		if (kept == 0 || !BytesEqual(sorted[kept - 1]->name, sorted[i]->name))
			sorted[kept++] = sorted[i];
	}
	*count = kept;
	return sorted;
}

static JEntry
EncodeObject(StringInfo out, const JsonNode *node)
{
	int count;
	const JsonMember **members = SortMembers(node, &count);
	JsonbBuilder object = JsonbBegin(out, JB_FOBJECT, count);

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < count; i++)
		JsonbEndEntry(&object, JsonbAppendString(out, members[i]->name));
	for (int i = 0; i < count; i++)
		JsonbEndEntry(&object, EncodeNode(out, &members[i]->value));
	pfree(members);
	return JsonbEnd(&object);
}

static JEntry
EncodeArray(StringInfo out, const JsonNode *node)
{
	JsonbBuilder array = JsonbBegin(out, JB_FARRAY, node->count);

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < node->count; i++)
		JsonbEndEntry(&array, EncodeNode(out, &node->elements[i]));
	return JsonbEnd(&array);
}

static JEntry
EncodeNumber(StringInfo out, const JsonNode *node)
{
	char *text = pnstrdup(node->text, node->count);
	Datum number = DirectFunctionCall3(numeric_in, CStringGetDatum(text),
	                                   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));

	pfree(text);
	return JsonbAppendNumber(out, DatumGetNumeric(number));
}

static JEntry
EncodeNode(StringInfo out, const JsonNode *node)
{
	switch (node->type)
	{
		case JSON_NODE_NULL:
			return JENTRY_ISNULL;
		case JSON_NODE_BOOLEAN:
			return node->boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
		case JSON_NODE_NUMBER:
			return EncodeNumber(out, node);
		case JSON_NODE_STRING:
			return JsonbAppendString(out, (Bytes){ node->text, node->count });
		case JSON_NODE_ARRAY:
			return EncodeArray(out, node);
		case JSON_NODE_OBJECT:
			return EncodeObject(out, node);
		default:
			elog(ERROR, "unexpected JSON node of type %d", node->type);
	}
}

Jsonb *
JsonToJsonb(StringInfo text)
{
	JsonNode *node = JsonParse((Bytes){ text->data, text->len });
	StringInfoData out;

	initStringInfo(&out);
	enlargeStringInfo(&out, text->len);
	out.len = VARHDRSZ;
	if (node->type == JSON_NODE_OBJECT || node->type == JSON_NODE_ARRAY)
		EncodeNode(&out, node);
	else
	{
		JsonbBuilder scalar = JsonbBegin(&out, JB_FARRAY | JB_FSCALAR, 1);

		JsonbEndEntry(&scalar, EncodeNode(&out, node));
	}
	SET_VARSIZE(out.data, out.len);
	return (Jsonb *) out.data;
}

/*
 * Fills in the values of statements. Literals are known to nest no deeper than
 * they may, since the parser has counted; only parameters add to that.
 */
#include "partiql/template.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number.h"
#include "item/shown.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#define INVALID_VALUE "One or more parameter values were invalid: "

static void
FillElements(const ValueTemplate *value, const AttributeValue *parameters, int depth,
             AttributeValue *result)
{
	result->count = value->count;
	result->elements = palloc(sizeof(AttributeValue) * Max(value->count, 1));
	for (int i = 0; i < value->count; i++)
		TemplateFill(value->elements[i], parameters, depth, &result->elements[i]);
}

static void
FillMap(const ValueTemplate *value, const AttributeValue *parameters, int depth,
        AttributeValue *result)
{
	*result = (AttributeValue){ ATTRIBUTE_M, value->count };
	result->attributes = palloc(sizeof(Attribute) * Max(value->count, 1));
	for (int i = 0; i < value->count; i++)
	{
		result->attributes[i].name = value->elements[i]->name;
		TemplateFill(value->elements[i], parameters, depth, &result->attributes[i].value);
	}
	MapNormalise(result);
}

/* The members of a set as errors show them. */
static char *
SpellMembers(const AttributeValue *set)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < set->count && text.len <= MAX_SHOWN_VALUE; i++)
	{
		const AttributeValue *element = &set->elements[i];

		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
		                 ShownText((Bytes){ element->bytes, element->count }));
	}
	ShownCut(&text);
	return text.data;
}

/* The type of a set whose first member is of this type. */
static AttributeType
SetTypeOf(const AttributeValue *member)
{
	switch (member->type)
	{
		case ATTRIBUTE_S:
			return ATTRIBUTE_SS;
		case ATTRIBUTE_N:
			return ATTRIBUTE_NS;
		case ATTRIBUTE_B:
			return ATTRIBUTE_BS;
		default:
			ValidationError(INVALID_VALUE "A set may not hold a value of type %s",
			                AttributeTypeName(member->type));
	}
}

static void
CheckMembers(const AttributeValue *set)
{
	if (set->count == 0)
		ValidationError(INVALID_VALUE "A set may not be empty");
	for (int i = 0; i < set->count; i++)
	{
		if (SetTypeOf(&set->elements[i]) != SetTypeOf(&set->elements[0]))
			ValidationError(INVALID_VALUE "All members of a set must be of one type");
	}
}

static void
RejectDuplicates(const AttributeValue *set)
{
	if (set->type != ATTRIBUTE_SS)
		ValidationError("Input collection contains duplicates");
	ValidationError(INVALID_VALUE "Input collection [%s] contains duplicates.", SpellMembers(set));
}

static void
FillSet(const ValueTemplate *value, const AttributeValue *parameters, AttributeValue *result)
{
	FillElements(value, parameters, 0, result);
	CheckMembers(result);
	result->type = SetTypeOf(&result->elements[0]);
	if (SetNormalise(result))
		return;
	FillElements(value, parameters, 0, result);
	RejectDuplicates(result);
}

void
TemplateFill(const ValueTemplate *value, const AttributeValue *parameters, int depth,
             AttributeValue *result)
{
	check_stack_depth();
	switch (value->type)
	{
		case TEMPLATE_CONSTANT:
			*result = value->constant;
			break;
		case TEMPLATE_PARAMETER:
			*result = parameters[value->parameter];
			if (depth > 0)
				(void) ValueRulesCheck(result, depth, MAX_ITEM_SIZE);
			break;
		case TEMPLATE_LIST:
			result->type = ATTRIBUTE_L;
			FillElements(value, parameters, depth + 1, result);
			break;
		case TEMPLATE_MAP:
			FillMap(value, parameters, depth + 1, result);
			break;
		case TEMPLATE_SET:
			FillSet(value, parameters, result);
			break;
	}
}

void
TemplateFold(ValueTemplate *value)
{
	for (int i = 0; i < value->count; i++)
	{
		if (value->elements[i]->type != TEMPLATE_CONSTANT)
			return;
	}
	TemplateFill(value, NULL, 0, &value->constant);
	value->type = TEMPLATE_CONSTANT;
}

/*
 * Fills in the values of statements. Literals are known to nest no deeper than
 * they may, since the parser has counted; only parameters add to that.
 */
#include "partiql/template.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number/number.h"
#include "item/shown.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

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

/* The members of a set, which are literals, as errors show them. */
static char *
SpellMembers(const ValueTemplate *set)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < set->count && text.len <= MAX_SHOWN_VALUE; i++)
	{
		const ValueTemplate *element = set->elements[i];
		Bytes shown = element->spelt;

		if (shown.data == NULL)
			shown = (Bytes){ element->constant.bytes, element->constant.count };
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", ShownText(shown));
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
			ValidationError(TEXT_SET_MEMBER, AttributeTypeName(member->type));
	}
}

static void
CheckMembers(const AttributeValue *set)
{
	if (set->count == 0)
		ValidationError(TEXT_BAG_EMPTY);
	for (int i = 0; i < set->count; i++)
	{
		if (SetTypeOf(&set->elements[i]) != SetTypeOf(&set->elements[0]))
			ValidationError(TEXT_SET_TYPES);
	}
}

static void
RejectDuplicates(const ValueTemplate *value, AttributeType type, const char *under)
{
	if (type == ATTRIBUTE_NS)
		ValidationError(TEXT_NUMBER_SET_DUPLICATES_STATEMENT TEXT_UNDER, SpellMembers(value),
		                under);
	ValidationError(TEXT_SET_DUPLICATES, SpellMembers(value));
}

/* No parameter stands in a set. */
static void
FillSet(const ValueTemplate *value, const char *under, AttributeValue *result)
{
	FillElements(value, NULL, 0, result);
	CheckMembers(result);
	result->type = SetTypeOf(&result->elements[0]);
	if (!SetNormalise(result))
		RejectDuplicates(value, result->type, under);
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
			elog(ERROR, "a set is a constant once it is read");
			break;
	}
}

void
TemplateFold(ValueTemplate *value, const char *under)
{
	for (int i = 0; i < value->count; i++)
	{
		if (value->elements[i]->type != TEMPLATE_CONSTANT)
			return;
	}
	if (value->type == TEMPLATE_SET)
		FillSet(value, under, &value->constant);
	else
		TemplateFill(value, NULL, 0, &value->constant);
	value->type = TEMPLATE_CONSTANT;
}

/*
 * The rules that an item must keep for vector indexes.
 */
#include "storage/relation/vector_rules.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/key.h"
#include "item/number/number.h"
#include "vector/vector_elements.h"

/* The value, where there is one and it must be looked at. */
static const AttributeValue *
ValueToCheck(Bytes name, const AttributeValue *item, const AttributeValue *before)
{
	const AttributeValue *value = MapGet(item, name);
	const AttributeValue *old = before != NULL && value != NULL ? MapGet(before, name) : NULL;

	return old != NULL && AttributeValueEqual(old, value) ? NULL : value;
}

/* As Java's BigDecimal writes numbers of many digits: "3.5E+38". */
static char *
ScientificText(Numeric number)
{
	char *plain = NumberToString(number);
	char *digits = plain[0] == '-' ? plain + 1 : plain;
	char *point = strchr(digits, '.');
	int exponent = (point != NULL ? point - digits : (int) strlen(digits)) - 1;
	StringInfoData text;
	int last = 0;

	if (point != NULL)
		memmove(point, point + 1, strlen(point));
	for (int i = 0; digits[i] != '\0'; i++)
		last = digits[i] != '0' ? i : last;
	initStringInfo(&text);
	appendStringInfo(&text, "%s%c", digits == plain ? "" : "-", digits[0]);
	if (last > 0)
		appendStringInfo(&text, ".%.*s", last, digits + 1);
	appendStringInfo(&text, "E+%d", exponent);
	return text.data;
}

pg_noreturn static void
RaiseVectorFault(const TableIndex *index, const VectorFault *fault)
{
	const VectorForm *form = &index->vector->form;
	const char *type = AttributeTypeName(fault->value->type);

	switch (fault->kind)
	{
		case VECTOR_NO_LIST:
			ValidationError(TEXT_VECTOR_NO_LIST, BYTES_ARGS(form->attribute), type,
			                BYTES_ARGS(index->name));
			break;
		case VECTOR_WRONG_SIZE:
			ValidationError(TEXT_VECTOR_SIZE, BYTES_ARGS(form->attribute), form->dimensions,
			                fault->value->count, BYTES_ARGS(index->name));
			break;
		case VECTOR_NO_NUMBER:
			ValidationError(TEXT_VECTOR_ELEMENT_TYPE, BYTES_ARGS(form->attribute), fault->element,
			                type, BYTES_ARGS(index->name));
			break;
		case VECTOR_OUT_OF_RANGE:
			ValidationError(TEXT_VECTOR_ELEMENT_RANGE, BYTES_ARGS(form->attribute), fault->element,
			                ScientificText(fault->value->number), BYTES_ARGS(index->name));
			break;
	}
	pg_unreachable();
}

static void
CheckVector(const TableIndex *index, const AttributeValue *value)
{
	float elements[MAX_VECTOR_DIMENSIONS];
	VectorFault fault;

	if (value != NULL && !VectorOfValue(value, index->vector->form.dimensions, elements, &fault))
		RaiseVectorFault(index, &fault);
}

static void
CheckType(const TableIndex *index, Bytes name, AttributeType type, const AttributeValue *value)
{
	if (value->type != type)
		ValidationError(TEXT_VECTOR_ATTRIBUTE_TYPE, BYTES_ARGS(name), AttributeTypeName(type),
		                AttributeTypeName(value->type), BYTES_ARGS(index->name));
}

static void
CheckHash(const TableIndex *index, const AttributeValue *value, bool updates)
{
	const KeyAttribute *hash = &index->key.partition[0];
	const char *kind = hash->type == ATTRIBUTE_S ? "string" : "binary";

	if (value == NULL)
		return;
	CheckType(index, hash->name, hash->type, value);
	if (hash->type == ATTRIBUTE_N)
		return;
	if (value->count == 0 && updates)
		ValidationError(TEXT_VECTOR_HASH_EMPTIED, kind);
	if (value->count == 0)
		ValidationError(TEXT_INDEX_KEY_EMPTY, kind, BYTES_ARGS(index->name),
		                BYTES_ARGS(hash->name));
	if (value->count > MAX_PARTITION_KEY_SIZE)
		ValidationError(TEXT_VECTOR_HASH_SIZE);
}

static void
CheckFilters(const TableIndex *index, const AttributeValue *item, const AttributeValue *before)
{
	const VectorForm *form = &index->vector->form;

	for (int i = 0; i < form->filter_count; i++)
	{
		Bytes name = form->filters[i].name;
		const AttributeValue *value = ValueToCheck(name, item, before);

		if (value != NULL)
			CheckType(index, name, form->filters[i].type, value);
	}
}

void
VectorRulesCheck(const Table *table, const AttributeValue *item, const AttributeValue *before)
{
	for (int i = 0; i < table->definition.vector_count; i++)
	{
		const TableIndex *index = &table->definition.vectors[i];

		if (index->key.partition_count > 0)
			CheckHash(index, ValueToCheck(index->key.partition[0].name, item, before),
			          before != NULL);
		CheckFilters(index, item, before);
		CheckVector(index, ValueToCheck(index->vector->form.attribute, item, before));
	}
}

/*
 * Finds what document paths lead to.
 */
#include "expr/evaluate.h"

#include "item/encoding.h"

struct RootValue
{
	bool loaded;
	bool exists;
	AttributeValue value;
};

void
EvaluationCheckAdmitted(const BoundExpression *bound)
{
	if (!bound->admitted)
		elog(ERROR, "an expression is evaluated that has not been admitted");
}

void
EvaluationInit(Evaluation *evaluation, const BoundExpression *bound, const ItemView *item)
{
	EvaluationCheckAdmitted(bound);
	*evaluation = (Evaluation){ .bound = bound, .item = item };
	evaluation->roots = palloc0(sizeof(RootValue) * Max(bound->parsed->root_count, 1));
}

static const AttributeValue *
EvaluateRoot(Evaluation *evaluation, const Path *path)
{
	RootValue *root = &evaluation->roots[path->root];
	const ItemView *item = evaluation->item;
	Bytes name = StepName(evaluation->bound, &path->steps[0]);

	if (item->stored == NULL)
		return item->map != NULL ? MapGet(item->map, name) : NULL;
	if (!root->loaded)
	{
		root->exists = ItemGetAttribute(item->stored, name, &root->value);
		root->loaded = true;
	}
	return root->exists ? &root->value : NULL;
}

const AttributeValue *
EvaluatePath(Evaluation *evaluation, const Path *path)
{
	const AttributeValue *value = EvaluateRoot(evaluation, path);

	for (int i = 1; i < path->step_count && value != NULL; i++)
	{
		const PathStep *step = &path->steps[i];

		if (value->type != (StepIsIndex(step) ? ATTRIBUTE_L : ATTRIBUTE_M))
			return NULL;
		if (!StepIsIndex(step))
			value = MapGet(value, StepName(evaluation->bound, step));
		else
			value = step->number < (uint32) value->count ? &value->elements[step->number] : NULL;
	}
	return value;
}

/* The service counts a string's UTF-16 code units: two for what UTF-8 spells in four bytes. */
static int
Utf16Length(const AttributeValue *string)
{
	int length = 0;

	for (int i = 0; i < string->count; i++)
	{
		unsigned char byte = string->bytes[i];

		length += (byte & 0xC0) != 0x80;
		length += byte >= 0xF0;
	}
	return length;
}

bool
ValueSize(const AttributeValue *value, int *size)
{
	*size = value->type == ATTRIBUTE_S ? Utf16Length(value) : value->count;
	return (operators[OPERATOR_SIZE].first_types & TYPE_BIT(value->type)) != 0;
}

/*
 * The names and values of a request, and how expressions are bound to them.
 */
#include "expr/ast.h"
#include "expr/cache.h"
#include "expr/check.h"
#include "expr/path_tree.h"
#include "error/error.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/shown.h"
#include "item/size.h"

#include "lib/stringinfo.h"

#define MAX_BINDINGS_SIZE (2 * 1024 * 1024)
#define MAX_PLACEHOLDER_SIZE 255 /* with its mark */

typedef struct Binding
{
	Bytes placeholder;
	const JsonNode *node;
	bool used;
	Bytes name;           /* of ExpressionAttributeNames */
	AttributeValue value; /* of ExpressionAttributeValues */
} Binding;

/* The bindings of one parameter, ascending by placeholder. */
typedef struct BindingSet
{
	const char *parameter;
	char mark; /* that its placeholders begin with */
	int count;
	Binding *bindings;
} BindingSet;

struct ExpressionBindings
{
	BindingSet names;
	BindingSet values;
	int64 size; /* of the names, and of the values once they are read */
};

static bool
IsPlaceholder(Bytes text, char mark)
{
	if (text.length < 2 || text.data[0] != mark)
		return false;
	for (int i = 1; i < text.length; i++)
	{
		char c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return true;
}

static int
CompareBindings(const void *a, const void *b)
{
	const Binding *left = a;
	const Binding *right = b;
	int order = BytesCompare(left->placeholder, right->placeholder);

	/* Of equal members the last one in the text counts: let it come first. */
	if (order == 0)
		order = left->node < right->node ? 1 : -1;
	return order;
}

static void
DropDuplicates(BindingSet *set)
{
	int kept = 0;

	for (int i = 0; i < set->count; i++)
	{
		if (kept == 0 ||
		    !BytesEqual(set->bindings[kept - 1].placeholder, set->bindings[i].placeholder))
			set->bindings[kept++] = set->bindings[i];
	}
	set->count = kept;
}

/* Of values the service does not say how long. */
static void
RaisePlaceholderTooLong(const BindingSet *set, Bytes placeholder)
{
	if (set->mark == '#')
		RequestError(TEXT_PLACEHOLDER_SIZE_TOLD, set->parameter, placeholder.length);
	RequestError(TEXT_PLACEHOLDER_TOO_LONG, set->parameter);
}

/* Takes the members of the parameter and checks their keys. */
static void
FillSet(BindingSet *set, const JsonNode *node)
{
	if (node == NULL)
		return;
	if (node->count == 0)
		RequestError(TEXT_BINDINGS_EMPTY, set->parameter);
	set->bindings = palloc0(sizeof(Binding) * node->count);
	for (int i = 0; i < node->count; i++)
	{
		const JsonMember *member = &node->members[i];

		if (member->name.length > MAX_PLACEHOLDER_SIZE)
			RaisePlaceholderTooLong(set, member->name);
		if (!IsPlaceholder(member->name, set->mark))
			RequestError(TEXT_BINDINGS_KEY, set->parameter, BYTES_ARGS(member->name));
		set->bindings[i].placeholder = member->name;
		set->bindings[i].node = &member->value;
	}
	set->count = node->count;
	qsort(set->bindings, set->count, sizeof(Binding), CompareBindings);
	DropDuplicates(set);
}

/* `size` is of this parameter and those before it. */
static void
CheckSize(const BindingSet *set, int64 size)
{
	if (size > MAX_BINDINGS_SIZE)
		RequestError(TEXT_BINDINGS_SIZE, set->parameter, size, MAX_BINDINGS_SIZE);
}

/* Returns the size of all names and their placeholders. An empty name is told before its size. */
static int64
ReadNames(BindingSet *set)
{
	int64 size = 0;

	for (int i = 0; i < set->count; i++)
	{
		Binding *binding = &set->bindings[i];

		binding->name = (Bytes){ binding->node->text, binding->node->count };
		if (binding->name.length == 0)
			RequestError(TEXT_BINDINGS_NAME_EMPTY, set->parameter,
			             BYTES_ARGS(binding->placeholder));
		size += binding->placeholder.length + binding->name.length;
	}
	CheckSize(set, size);
	return size;
}

/* Raises a value's own error anew, naming the parameter and the placeholder. */
static void
RethrowForValue(const Binding *binding, MemoryContext context)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->sqlerrcode != ExceptionSqlState(EXCEPTION_VALIDATION))
		ReThrowError(error);
	FlushErrorState();
	RequestError(TEXT_BINDINGS_VALUE, error->message, BYTES_ARGS(binding->placeholder));
}

static void
ParseValues(BindingSet *set, int allowance)
{
	for (int i = 0; i < set->count; i++)
		AttributeValueParseDeep(set->bindings[i].node, allowance, &set->bindings[i].value);
}

/* The older style frames the error of a value. */
static void
ParseFramedValues(BindingSet *set, int allowance)
{
	MemoryContext context = CurrentMemoryContext;
	volatile int current = 0;

	PG_TRY();
	{
		for (; current < set->count; current++)
			AttributeValueParseDeep(set->bindings[current].node, allowance,
			                        &set->bindings[current].value);
	}
	PG_CATCH();
	{
		RethrowForValue(&set->bindings[current], context);
	}
	PG_END_TRY();
}

void
ExpressionBindingsReadValues(ExpressionBindings *bindings, int allowance)
{
	BindingSet *set = &bindings->values;

	if (ErrorStyleIsCurrent())
		ParseValues(set, allowance);
	else if (set->count > 0)
		ParseFramedValues(set, allowance);
	for (int i = 0; i < set->count; i++)
		bindings->size +=
		    set->bindings[i].placeholder.length + AttributeValueSize(&set->bindings[i].value);
	CheckSize(set, bindings->size);
	for (int i = 0; i < bindings->names.count; i++)
		AttributeNameCheck(bindings->names.bindings[i].name);
}

int64
ExpressionBindingsSize(const ExpressionBindings *bindings)
{
	return bindings->size;
}

ExpressionBindings *
ExpressionBindingsBegin(const JsonNode *names, const JsonNode *values, bool has_expression,
                        const char *missing)
{
	ExpressionBindings *bindings = palloc0(sizeof(ExpressionBindings));

	if (names != NULL && !has_expression)
		RequestError(TEXT_NAMES_ALONE);
	if (values != NULL && missing != NULL)
		RequestError(TEXT_VALUES_ALONE, *missing != '\0' ? ": " : "", missing);
	bindings->names = (BindingSet){ "ExpressionAttributeNames", '#' };
	bindings->values = (BindingSet){ "ExpressionAttributeValues", ':' };
	FillSet(&bindings->names, names);
	bindings->size = ReadNames(&bindings->names);
	FillSet(&bindings->values, values);
	return bindings;
}

ExpressionBindings *
ExpressionBindingsCreate(const JsonNode *names, const JsonNode *values, bool has_expression,
                         const char *missing)
{
	ExpressionBindings *bindings = ExpressionBindingsBegin(names, values, has_expression, missing);

	ExpressionBindingsReadValues(bindings, 0);
	return bindings;
}

/* The binding of a placeholder, marked as used; NULL where it has none. */
static const Binding *
UseBinding(BindingSet *set, Bytes placeholder)
{
	int low = 0;
	int high = set->count - 1;

	while (low <= high)
	{
		int middle = (low + high) / 2;
		Binding *binding = &set->bindings[middle];
		int order = BytesCompare(placeholder, binding->placeholder);

		if (order == 0)
		{
			binding->used = true;
			return binding;
		}
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

static const Bytes *
BindNames(const ParsedExpression *parsed, ExpressionBindings *bindings)
{
	Bytes *names = palloc(sizeof(Bytes) * Max(parsed->name_count, 1));

	for (int i = 0; i < parsed->name_count; i++)
	{
		const Binding *binding = UseBinding(&bindings->names, parsed->names[i]);

		if (binding == NULL)
			ExpressionError(parsed->kind, TEXT_NAME_UNDEFINED, BYTES_ARGS(parsed->names[i]));
		names[i] = binding->name;
	}
	return names;
}

/* Marks the placeholders that an expression uses and that are defined. */
static void
MarkUsed(BindingSet *set, const Bytes *placeholders, int count)
{
	for (int i = 0; i < count; i++)
		(void) UseBinding(set, placeholders[i]);
}

void
ExpressionMarkUsed(ExpressionKind kind, Bytes text, ExpressionBindings *bindings)
{
	const ParsedExpression *parsed = ParseCached(kind, text);

	MarkUsed(&bindings->names, parsed->names, parsed->name_count);
	MarkUsed(&bindings->values, parsed->values, parsed->value_count);
}

/* A key condition's clauses are judged one after the other, so that it is told later there. */
static const AttributeValue *const *
BindValues(const ParsedExpression *parsed, ExpressionBindings *bindings)
{
	const AttributeValue **values = palloc(sizeof(AttributeValue *) * Max(parsed->value_count, 1));

	for (int i = 0; i < parsed->value_count; i++)
	{
		const Binding *binding = UseBinding(&bindings->values, parsed->values[i]);

		if (binding == NULL && parsed->kind != EXPRESSION_KEY_CONDITION)
			RaiseValueNotDefined(parsed, i);
		values[i] = binding != NULL ? &binding->value : NULL;
	}
	return values;
}

BoundExpression *
ExpressionBind(ExpressionKind kind, Bytes text, ExpressionBindings *bindings)
{
	BoundExpression *bound = palloc0(sizeof(BoundExpression));
	const ParsedExpression *parsed = ParseCached(kind, text);

	bound->parsed = parsed;
	bound->names = BindNames(parsed, bindings);
	bound->values = BindValues(parsed, bindings);
	CheckOperandTypes(bound);
	bound->targets = PathTreeOfTargets(bound);
	return bound;
}

BoundExpression *
BindChecked(const ParsedExpression *parsed, const AttributeValue *const *values)
{
	BoundExpression bound = { .parsed = parsed, .values = values };

	CheckOperandTypes(&bound);
	return BindReady(parsed, values);
}

BoundExpression *
BindReady(const ParsedExpression *parsed, const AttributeValue *const *values)
{
	BoundExpression *bound = palloc0(sizeof(BoundExpression));

	bound->parsed = parsed;
	bound->values = values;
	bound->targets = PathTreeOfTargets(bound);
	return bound;
}

static void
CheckSetUsed(const BindingSet *set)
{
	StringInfoData unused;

	initStringInfo(&unused);
	for (int i = 0; i < set->count && unused.len <= MAX_SHOWN_VALUE; i++)
	{
		if (set->bindings[i].used)
			continue;
		appendStringInfo(&unused, "%s%.*s", unused.len == 0 ? "" : ", ",
		                 BYTES_ARGS(set->bindings[i].placeholder));
	}
	ShownCut(&unused);
	if (unused.len > 0)
		RequestError(TEXT_BINDINGS_UNUSED, set->parameter, unused.data);
	pfree(unused.data);
}

void
ExpressionBindingsCheckUsed(ExpressionBindings *bindings)
{
	CheckSetUsed(&bindings->names);
	CheckSetUsed(&bindings->values);
}

void
ExpressionAdmit(BoundExpression *expression)
{
	expression->admitted = true;
}

/* A name, and which of the paths has it. */
typedef struct NameAt
{
	Bytes name;
	int place;
} NameAt;

static int
ComparePlaces(const void *left, const void *right)
{
	const NameAt *a = left;
	const NameAt *b = right;

	return a->place < b->place ? -1 : a->place > b->place;
}

static int
CompareNames(const void *left, const void *right)
{
	int order = BytesCompare(((const NameAt *) left)->name, ((const NameAt *) right)->name);

	return order != 0 ? order : ComparePlaces(left, right);
}

/* By sorting: legacy parameters may name hundreds of thousands. */
Bytes *
ExpressionAttributes(const BoundExpression *expression, int *count)
{
	const List *paths = expression->parsed->paths;
	NameAt *found = palloc(sizeof(NameAt) * Max(list_length(paths), 1));
	Bytes *names = palloc(sizeof(Bytes) * Max(list_length(paths), 1));

	for (int i = 0; i < list_length(paths); i++)
	{
		const Path *path = list_nth(paths, i);

		found[i] = (NameAt){ StepName(expression, &path->steps[0]), i };
	}
	qsort(found, list_length(paths), sizeof(NameAt), CompareNames);
	*count = 0;
	for (int i = 0; i < list_length(paths); i++)
	{
		if (*count == 0 || !BytesEqual(found[*count - 1].name, found[i].name))
			found[(*count)++] = found[i];
	}
	qsort(found, *count, sizeof(NameAt), ComparePlaces);
	for (int i = 0; i < *count; i++)
		names[i] = found[i].name;
	pfree(found);
	return names;
}

bool
ExpressionMentions(const BoundExpression *expression, Bytes attribute)
{
	ListCell *cell;

	foreach (cell, expression->parsed->paths)
	{
		const Path *path = lfirst(cell);

		if (BytesEqual(StepName(expression, &path->steps[0]), attribute))
			return true;
	}
	return false;
}

/*
 * Laying out what there is to read.
 *
 * WHERE is judged again on each item unless the plan says it all, so a plan may
 * read too much but never lets through too much.
 */
#include "partiql/plan.h"

#include "compat.h"
#include "error/error.h"
#include "item/compare.h"
#include "partiql/overlap.h"
#include "storage/read/key_operand.h"

/* A statement is taken apart into so many reads; values listed for a key may combine to more. */
#define MAX_PARTS 50
#define MAX_COMBINATIONS 2500
/* Merged parts are all open at once, each with the leaves that it may be in. */
#define MAX_MERGED_SCANS 4096

static int
CompareValues(const void *left, const void *right)
{
	return AttributeValueCompare(*(const AttributeValue *const *) left,
	                             *(const AttributeValue *const *) right);
}

/* The values of a key attribute, checked and ascending. False: unknown. */
static bool
ListKeyValues(const BoundExpression *where, const KeyAttribute *attribute, bool partition,
              ValueList *values)
{
	if (!WhereValues(where, where->parsed->condition, attribute->name, values))
		return false;
	for (int i = 0; i < values->count; i++)
	{
		if (values->values[i]->type != attribute->type)
			ValidationError(TEXT_KEY_TYPE, BYTES_ARGS(attribute->name));
		KeyOperandCheck(attribute, values->values[i], partition);
	}
	if (values->count > 1)
		qsort(values->values, values->count, sizeof(AttributeValue *), CompareValues);
	return true;
}

pg_noreturn static void
RaiseTooManyParts(void)
{
	ValidationError(TEXT_READS_TOO_MANY);
	pg_unreachable();
}

/* The partition attributes. False where one is open: that is a scan. */
static bool
ListPartitions(const BoundExpression *where, ReadPlan *plan)
{
	int64 parts = 1;

	plan->partition_count = plan->key->partition_count;
	for (int i = 0; i < plan->partition_count; i++)
	{
		if (!ListKeyValues(where, &plan->key->partition[i], true, &plan->partition[i]))
			return false;
	}
	for (int i = 0; i < plan->partition_count; i++)
	{
		parts *= plan->partition[i].count;
		if (parts > MAX_PARTS)
			RaiseTooManyParts();
	}
	plan->part_count = parts;
	return true;
}

/* The leading sort attributes. */
static void
ListSorts(const BoundExpression *where, ReadPlan *plan)
{
	for (; plan->sort_count < plan->key->sort_count; plan->sort_count++)
	{
		ValueList *values = &plan->sort[plan->sort_count];
		int64 parts;

		if (!ListKeyValues(where, &plan->key->sort[plan->sort_count], false, values))
			return;
		parts = (int64) plan->part_count * values->count;
		if (parts > MAX_COMBINATIONS)
			RaiseTooManyParts();
		plan->part_count = parts;
	}
}

/* Of two bounds on one side the one that lets less through. */
static void
Tighten(RangeBound *bound, const AttributeValue *value, bool inclusive, bool lower)
{
	int order = bound->value == NULL ? -1 : AttributeValueCompare(bound->value, value);

	if (bound->value != NULL && !lower)
		order = -order;
	if (order < 0)
		*bound = (RangeBound){ value, inclusive };
	else if (order == 0)
		bound->inclusive = bound->inclusive && inclusive;
}

static void
UseBound(ReadPlan *plan, const Comparison *comparison)
{
	const AttributeValue *value = comparison->values[0];

	switch (comparison->op)
	{
		case OPERATOR_LESS:
		case OPERATOR_LESS_EQUAL:
			Tighten(&plan->upper, value, comparison->op == OPERATOR_LESS_EQUAL, false);
			break;
		case OPERATOR_GREATER:
		case OPERATOR_GREATER_EQUAL:
			Tighten(&plan->lower, value, comparison->op == OPERATOR_GREATER_EQUAL, true);
			break;
		case OPERATOR_BETWEEN:
			Tighten(&plan->lower, value, true, true);
			Tighten(&plan->upper, comparison->values[1], true, false);
			break;
		case OPERATOR_BEGINS_WITH:
			plan->prefix = value;
			break;
		default:
			break;
	}
}

static bool
IsRange(const Comparison *comparison, const KeyAttribute *attribute)
{
	return comparison->op != OPERATOR_EQUAL && comparison->op != OPERATOR_IN &&
	       BytesEqual(comparison->attribute, attribute->name);
}

static bool
OfType(const Comparison *comparison, AttributeType type)
{
	for (int i = 0; i < comparison->count; i++)
	{
		if (comparison->values[i]->type != type)
			return false;
	}
	return true;
}

/*
 * Bounds on the next sort attribute; returns how many comparisons they stand
 * for. A prefix stands alone, since an index's range has room for one or the other.
 */
static int
UseBounds(const BoundExpression *where, List *conjuncts, ReadPlan *plan)
{
	const KeyAttribute *attribute = &plan->key->sort[plan->sort_count];
	ListCell *cell;
	int used = 0;

	if (plan->sort_count == plan->key->sort_count)
		return 0;
	foreach (cell, conjuncts)
	{
		Comparison comparison;

		if (!ComparisonRead(where, lfirst(cell), &comparison) || !IsRange(&comparison, attribute))
			continue;
		/* Values of another type are in no order with the key's: WHERE finds nothing. */
		if (!OfType(&comparison, attribute->type))
			continue;
		for (int i = 0; i < comparison.count; i++)
			KeyOperandCheck(attribute, comparison.values[i], false);
		if (comparison.op == OPERATOR_BEGINS_WITH)
			used = plan->prefix == NULL ? 1 : 0;
		else if (plan->prefix == NULL)
			used++;
		UseBound(plan, &comparison);
	}
	if (plan->prefix != NULL)
		plan->lower.value = plan->upper.value = NULL;
	return used;
}

static const KeyAttribute *
FindAttribute(const KeyAttribute *attributes, int count, Bytes name)
{
	for (int i = 0; i < count; i++)
	{
		if (BytesEqual(attributes[i].name, name))
			return &attributes[i];
	}
	return NULL;
}

/* How many of the conjuncts are lists of values that the plan uses. */
static int
CountLists(const BoundExpression *where, List *conjuncts, const ReadPlan *plan)
{
	ListCell *cell;
	int count = 0;

	foreach (cell, conjuncts)
	{
		Comparison comparison;

		if (ComparisonRead(where, lfirst(cell), &comparison) &&
		    (comparison.op == OPERATOR_EQUAL || comparison.op == OPERATOR_IN) &&
		    (FindAttribute(plan->key->partition, plan->partition_count, comparison.attribute) ||
		     FindAttribute(plan->key->sort, plan->sort_count, comparison.attribute)))
			count++;
	}
	return count;
}

static void
Reverse(ValueList *values)
{
	for (int i = 0, j = values->count - 1; i < j; i++, j--)
	{
		const AttributeValue *value = values->values[i];

		values->values[i] = values->values[j];
		values->values[j] = value;
	}
}

pg_noreturn static void
OrderNotSupported(const StatementOrder *term)
{
	ValidationError(TEXT_ORDER_UNSORTABLE, BYTES_ARGS(term->attribute));
}

/* What has been read of ORDER BY. */
typedef struct OrderState
{
	int sorts;     /* of the key's sort attributes */
	bool directed; /* whether the direction of sort attributes is settled */
} OrderState;

static bool
HasDigit(const ReadPlan *plan, int partition_attribute)
{
	for (int i = 0; i < plan->digit_count; i++)
	{
		if (plan->digits[i].attribute == partition_attribute)
			return true;
	}
	return false;
}

static void
UsePartitionTerm(ReadPlan *plan, const StatementOrder *term, int attribute, const OrderState *state)
{
	if (HasDigit(plan, attribute))
		return;
	/* One value needs no order; several cannot be ordered within that of the sort key. */
	if (state->directed && !plan->merged && plan->partition[attribute].count > 1)
		OrderNotSupported(term);
	plan->digits[plan->digit_count++] = (PlanDigit){ false, attribute };
	if (term->descending)
		Reverse(&plan->partition[attribute]);
}

/* Whether partition attributes that ORDER BY has, or has not, named yet have several values. */
static bool
PartitionsVary(const ReadPlan *plan, bool named)
{
	for (int i = 0; i < plan->partition_count; i++)
	{
		if (HasDigit(plan, i) == named && plan->partition[i].count > 1)
			return true;
	}
	return false;
}

static bool
SortIsConstant(const ReadPlan *plan, int attribute)
{
	return attribute < plan->sort_count && plan->sort[attribute].count <= 1;
}

/* Sort attributes can only be read in their order, all of them in one direction. */
static void
UseSortTerm(ReadPlan *plan, const StatementOrder *term, int attribute, OrderState *state)
{
	if (attribute < state->sorts || SortIsConstant(plan, attribute))
		return;
	while (state->sorts < attribute && SortIsConstant(plan, state->sorts))
		state->sorts++;
	if (attribute > state->sorts || (state->directed && plan->forward == term->descending))
		OrderNotSupported(term);
	if (!state->directed && PartitionsVary(plan, false))
	{
		if (PartitionsVary(plan, true))
			OrderNotSupported(term);
		plan->merged = true;
	}
	state->sorts++;
	state->directed = true;
	plan->forward = !term->descending;
}

static void
CheckOrder(const Statement *statement, const ReadPlan *plan)
{
	const KeySchema *key = plan->key;

	if (statement->order_count > 0 && statement->where == NULL)
		ValidationError(TEXT_ORDER_NO_WHERE);
	for (int i = 0; i < statement->order_count; i++)
	{
		Bytes name = statement->order[i].attribute;

		if (FindAttribute(key->partition, key->partition_count, name) == NULL &&
		    FindAttribute(key->sort, key->sort_count, name) == NULL)
			ValidationError(TEXT_ORDER_NO_KEY, BYTES_ARGS(name));
	}
	if (statement->order_count > 0 && plan->scan)
		ValidationError(TEXT_ORDER_NO_HASH);
}

static void
UseOrder(const Statement *statement, ReadPlan *plan)
{
	const KeySchema *key = plan->key;
	OrderState state = { 0 };

	for (int i = 0; i < statement->order_count; i++)
	{
		const StatementOrder *term = &statement->order[i];
		const KeyAttribute *found =
		    FindAttribute(key->partition, key->partition_count, term->attribute);

		if (found != NULL)
			UsePartitionTerm(plan, term, found - key->partition, &state);
		else
			UseSortTerm(plan, term,
			            FindAttribute(key->sort, key->sort_count, term->attribute) - key->sort,
			            &state);
	}
	/* The partition attributes that ORDER BY does not name change fastest. */
	state.directed = false;
	for (int i = 0; i < plan->partition_count; i++)
		UsePartitionTerm(plan, &(StatementOrder){ key->partition[i].name }, i, &state);
}

static void
InsertSortDigits(ReadPlan *plan, int at)
{
	memmove(&plan->digits[at + plan->sort_count], &plan->digits[at],
	        sizeof(PlanDigit) * (plan->digit_count - at));
	for (int i = 0; i < plan->sort_count; i++)
		plan->digits[at + i] = (PlanDigit){ true, i };
	plan->digit_count += plan->sort_count;
}

/*
 * Where each part is one value of the sort key, parts come in its order one after
 * the other; else those that must be merged each have all of a partition that
 * the bounds leave.
 */
static void
LayOutSorts(ReadPlan *plan)
{
	int kept = 0;

	for (int i = 0; i < plan->sort_count && !plan->forward; i++)
		Reverse(&plan->sort[i]);
	if (plan->merged && plan->sort_count == plan->key->sort_count)
	{
		plan->merged = false;
		InsertSortDigits(plan, 0);
		return;
	}
	while (SortIsConstant(plan, kept))
		kept++;
	for (; plan->merged && plan->sort_count > kept; plan->sort_count--)
		plan->part_count /= Max(plan->sort[plan->sort_count - 1].count, 1);
	InsertSortDigits(plan, plan->digit_count);
}

static const ValueList *
DigitValues(const ReadPlan *plan, PlanDigit digit)
{
	return digit.sort ? &plan->sort[digit.attribute] : &plan->partition[digit.attribute];
}

/* The range that the values of this combination are. */
static RangeQuery
Combination(const ReadPlan *plan, int number)
{
	RangeQuery query = { .index = plan->index,
		                 .sort_equal_count = plan->sort_count,
		                 .lower = plan->lower,
		                 .upper = plan->upper,
		                 .prefix = plan->prefix,
		                 .forward = plan->forward };

	for (int i = plan->digit_count - 1; i >= 0; i--)
	{
		PlanDigit digit = plan->digits[i];
		const ValueList *values = DigitValues(plan, digit);
		AttributeValue *target = digit.sort ? query.sort_equal : query.partition;

		target[digit.attribute] = *values->values[number % values->count];
		number /= values->count;
	}
	return query;
}

/* Whether WHERE can hold for what is in the range of the combination. */
static bool
CombinationMayHold(const ReadPlan *plan, const BoundExpression *where, int number)
{
	RangeQuery query = Combination(plan, number);
	Attribute attributes[2 * MAX_KEY_ATTRIBUTES];
	AttributeValue known = { .type = ATTRIBUTE_M, .attributes = attributes };

	for (int i = 0; i < plan->partition_count; i++)
		attributes[known.count++] = (Attribute){ plan->key->partition[i].name, query.partition[i] };
	for (int i = 0; i < plan->sort_count; i++)
		attributes[known.count++] = (Attribute){ plan->key->sort[i].name, query.sort_equal[i] };
	MapNormalise(&known);
	return WhereMayHold(where, where->parsed->condition, &known);
}

static bool
HasAlternatives(List *conjuncts)
{
	ListCell *cell;

	foreach (cell, conjuncts)
	{
		const ExpressionNode *node = lfirst(cell);

		if (node->type == NODE_OPERATION && node->op->id == OPERATOR_OR)
			return true;
	}
	return false;
}

/* An OR of whole keys lists their values; not all combinations of those are among the keys. */
static void
LeaveOutParts(const BoundExpression *where, List *conjuncts, ReadPlan *plan)
{
	int combinations = plan->part_count;

	if (combinations < 2 || !HasAlternatives(conjuncts))
		return;
	plan->parts = palloc(sizeof(int) * combinations);
	plan->part_count = 0;
	for (int i = 0; i < combinations; i++)
	{
		if (CombinationMayHold(plan, where, i))
			plan->parts[plan->part_count++] = i;
	}
}

static void
CheckMerged(const ReadPlan *plan)
{
	bool global = plan->index != NULL && !plan->index->local;
	int64 leaves = global ? plan->table->definition.partitions : 1;

	if (plan->merged && plan->part_count * leaves > MAX_MERGED_SCANS)
		ValidationError(TEXT_ORDER_TOO_MANY, plan->part_count);
}

static void
PlanParts(const Statement *statement, ReadPlan *plan)
{
	List *conjuncts = WhereConjuncts(statement->where);
	int used;

	WhereCheckOverlap(statement->where, conjuncts, plan->key);
	ListSorts(statement->where, plan);
	if (plan->part_count > MAX_PARTS && !HasAlternatives(conjuncts))
		RaiseTooManyParts();
	UseOrder(statement, plan);
	LayOutSorts(plan);
	LeaveOutParts(statement->where, conjuncts, plan);
	if (plan->part_count > MAX_PARTS)
		RaiseTooManyParts();
	CheckMerged(plan);
	used = UseBounds(statement->where, conjuncts, plan);
	used += CountLists(statement->where, conjuncts, plan);
	plan->covers_where = used == list_length(conjuncts);
}

ReadPlan
PlanRead(const Statement *statement, const Table *table, const TableIndex *index)
{
	ReadPlan plan = { .table = table, .index = index, .forward = true };

	plan.key = index != NULL ? &index->key : &table->definition.key;
	plan.scan = WhereConjuncts(statement->where) == NIL || !ListPartitions(statement->where, &plan);
	CheckOrder(statement, &plan);
	if (!plan.scan)
		PlanParts(statement, &plan);
	else
		plan.covers_where = statement->where == NULL;
	return plan;
}

RangeQuery
PlanPart(const ReadPlan *plan, int part)
{
	return Combination(plan, plan->parts != NULL ? plan->parts[part] : part);
}

bool
PlanPartIsItem(const ReadPlan *plan, int part, ItemKey *key)
{
	RangeQuery query;

	if (plan->index != NULL || plan->sort_count < plan->key->sort_count)
		return false;
	query = PlanPart(plan, part);
	key->partition = query.partition[0];
	key->sort =
	    plan->sort_count > 0 ? query.sort_equal[0] : (AttributeValue){ .type = ATTRIBUTE_NULL };
	return true;
}

/* The place of the value among these; -1: it is none of them. */
static int
FindValue(const ValueList *values, const AttributeValue *value)
{
	for (int i = 0; i < values->count; i++)
	{
		if (AttributeValueEqual(values->values[i], value))
			return i;
	}
	return -1;
}

/* The combination that the position is of; -1: it is of none. */
static int
FindCombination(const ReadPlan *plan, const AttributeValue *position)
{
	int number = 0;

	for (int i = 0; i < plan->digit_count; i++)
	{
		PlanDigit digit = plan->digits[i];
		const ValueList *values = DigitValues(plan, digit);
		const KeyAttribute *attributes = digit.sort ? plan->key->sort : plan->key->partition;
		int place = FindValue(values, MapGet(position, attributes[digit.attribute].name));

		if (place < 0)
			return -1;
		number = number * values->count + place;
	}
	return number;
}

static int
CompareNumbers(const void *left, const void *right)
{
	return *(const int *) left - *(const int *) right;
}

/* The part that the combination is; -1: it is none. */
static int
PartOfCombination(const ReadPlan *plan, int number)
{
	const int *found;

	if (number < 0 || plan->parts == NULL)
		return number;
	found = bsearch(&number, plan->parts, plan->part_count, sizeof(int), CompareNumbers);
	return found != NULL ? found - plan->parts : -1;
}

int
PlanFindPart(const ReadPlan *plan, const AttributeValue *position)
{
	const KeySchema *key = plan->key;
	int part = PartOfCombination(plan, FindCombination(plan, position));
	RangeQuery query;

	if (part < 0)
		return -1;
	query = PlanPart(plan, part);
	if (plan->sort_count < key->sort_count &&
	    !RangeQueryAdmits(&query, MapGet(position, key->sort[plan->sort_count].name)))
		return -1;
	return part;
}

/*
 * Conditions judged by the values of filters in codes. They are true and false as
 * ConditionEvaluate is for the item: an attribute that is not there makes each comparison false but
 * <>.
 */
#include "vector/filter_test.h"

#include "vector/filter_value.h"

typedef struct TestNode TestNode;

struct TestNode
{
	OperatorId op;
	int filter; /* -1: it is of no filter */
	int count;
	TestNode **parts;
	Bytes *operands; /* FilterBytes of them */
};

struct FilterTest
{
	int filter_count;
	TestNode *root;
};

typedef struct FilterValue
{
	FilterValueKind kind;
	Bytes bytes;
} FilterValue;

static int
FindFilter(const VectorForm *form, Bytes name)
{
	for (int i = 0; form->filter_bytes > 0 && i < form->filter_count; i++)
		if (BytesEqual(form->filters[i].name, name))
			return i;
	return -1;
}

static TestNode *
CreateNode(const SearchCondition *condition, const VectorForm *form)
{
	TestNode *node = palloc0(sizeof(TestNode));

	*node = (TestNode){ .op = condition->op, .count = condition->count, .filter = -1 };
	if (condition->parts != NULL)
	{
		node->parts = palloc(sizeof(TestNode *) * node->count);
		for (int i = 0; i < node->count; i++)
			node->parts[i] = CreateNode(condition->parts[i], form);
		return node;
	}
	node->filter = FindFilter(form, condition->attribute);
	node->operands = palloc(sizeof(Bytes) * Max(node->count, 1));
	for (int i = 0; node->filter >= 0 && i < node->count; i++)
		node->operands[i] = FilterBytes(condition->operands[i]);
	return node;
}

FilterTest *
FilterTestCreate(const SearchCondition *condition, const VectorForm *form)
{
	FilterTest *test = palloc(sizeof(FilterTest));

	test->filter_count = form->filter_bytes > 0 ? form->filter_count : 0;
	test->root = CreateNode(condition, form);
	return test;
}

/* The order of a value and an operand; false where what was cut off of the value decides. */
static bool
Compare(const FilterValue *value, Bytes operand, int *order)
{
	int common = Min(value->bytes.length, operand.length);

	*order = common > 0 ? memcmp(value->bytes.data, operand.data, common) : 0;
	if (*order != 0)
		return true;
	if (value->kind == FILTER_VALUE_CUT)
	{
		/* It is longer than what there is of it. */
		*order = 1;
		return operand.length <= value->bytes.length;
	}
	*order = value->bytes.length - operand.length;
	return true;
}

static TestResult
ResultOf(bool truth)
{
	return truth ? TEST_TRUE : TEST_FALSE;
}

static TestResult
TestOrder(OperatorId op, const FilterValue *value, Bytes operand)
{
	int order;

	if (!Compare(value, operand, &order))
		return TEST_OPEN;
	switch (op)
	{
		case OPERATOR_EQUAL:
			return ResultOf(order == 0);
		case OPERATOR_NOT_EQUAL:
			return ResultOf(order != 0);
		case OPERATOR_LESS:
			return ResultOf(order < 0);
		case OPERATOR_LESS_EQUAL:
			return ResultOf(order <= 0);
		case OPERATOR_GREATER:
			return ResultOf(order > 0);
		case OPERATOR_GREATER_EQUAL:
			return ResultOf(order >= 0);
		default:
			return TEST_OPEN;
	}
}

static TestResult
TestPrefix(const FilterValue *value, Bytes prefix)
{
	int common = Min(value->bytes.length, prefix.length);

	if (common > 0 && memcmp(value->bytes.data, prefix.data, common) != 0)
		return TEST_FALSE;
	if (prefix.length <= value->bytes.length)
		return TEST_TRUE;
	return value->kind == FILTER_VALUE_CUT ? TEST_OPEN : TEST_FALSE;
}

static TestResult
TestMembership(const FilterValue *value, const TestNode *node)
{
	TestResult result = TEST_FALSE;

	for (int i = 0; result != TEST_TRUE && i < node->count; i++)
		result = Max(result, TestOrder(OPERATOR_EQUAL, value, node->operands[i]));
	return result;
}

static TestResult
TestValue(const TestNode *node, const FilterValue *value)
{
	bool absent = value->kind == FILTER_VALUE_NONE;

	if (node->op == OPERATOR_ATTRIBUTE_EXISTS || node->op == OPERATOR_ATTRIBUTE_NOT_EXISTS)
		return ResultOf(absent == (node->op == OPERATOR_ATTRIBUTE_NOT_EXISTS));
	if (absent)
		return ResultOf(node->op == OPERATOR_NOT_EQUAL);
	switch (node->op)
	{
		case OPERATOR_BETWEEN:
			return Min(TestOrder(OPERATOR_GREATER_EQUAL, value, node->operands[0]),
			           TestOrder(OPERATOR_LESS_EQUAL, value, node->operands[1]));
		case OPERATOR_IN:
			return TestMembership(value, node);
		case OPERATOR_BEGINS_WITH:
			return TestPrefix(value, node->operands[0]);
		default:
			return TestOrder(node->op, value, node->operands[0]);
	}
}

/* No deeper than SearchConditionOf has gone. */
static TestResult
RunNode(const TestNode *node, const FilterValue *values)
{
	TestResult result;

	if (node->parts == NULL)
		return node->filter < 0 ? TEST_OPEN : TestValue(node, &values[node->filter]);
	if (node->op == OPERATOR_NOT)
		return TEST_TRUE - RunNode(node->parts[0], values);
	result = RunNode(node->parts[0], values);
	for (int i = 1; i < node->count; i++)
	{
		TestResult next = RunNode(node->parts[i], values);

		result = node->op == OPERATOR_AND ? Min(result, next) : Max(result, next);
	}
	return result;
}

/* False where the bytes are none that FilterValuesOfItem has written. */
static bool
ReadValues(Bytes bytes, int count, FilterValue *values)
{
	for (int i = 0; i < count; i++)
	{
		if (bytes.length < 2 || bytes.length < 2 + (uint8) bytes.data[1])
			return false;
		values[i].kind = (FilterValueKind) bytes.data[0];
		values[i].bytes = (Bytes){ bytes.data + 2, (uint8) bytes.data[1] };
		bytes.data += 2 + values[i].bytes.length;
		bytes.length -= 2 + values[i].bytes.length;
	}
	return true;
}

TestResult
FilterTestRun(const FilterTest *test, Bytes bytes)
{
	FilterValue values[MAX_VECTOR_FILTERS];

	return ReadValues(bytes, test->filter_count, values) ? RunNode(test->root, values) : TEST_OPEN;
}

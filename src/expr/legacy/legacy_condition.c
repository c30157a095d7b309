/*
 * Expected, QueryFilter, ScanFilter and KeyConditions (developer guide, "Legacy
 * conditional parameters").
 */
#include "expr/legacy/legacy.h"
#include "item/compare.h"
#include "item/item_rules.h"

#define TYPES_SCALAR (TYPES_ORDERED | TYPE_BIT(ATTRIBUTE_BOOL) | TYPE_BIT(ATTRIBUTE_NULL))
#define TYPES_PREFIX (TYPE_BIT(ATTRIBUTE_S) | TYPE_BIT(ATTRIBUTE_B))
#define ANY_NUMBER -1

typedef struct LegacyComparison
{
	const char *name;
	OperatorId op;
	int value_count; /* ANY_NUMBER: one or more */
	TypeSet types;
	bool negated; /* and the attribute must exist */
	bool for_keys;
	KeyOperator key_operator;
} LegacyComparison;

static const LegacyComparison comparisons[] = {
	{ "EQ", OPERATOR_EQUAL, 1, TYPES_ANY, false, true, KEY_EQUAL },
	{ "NE", OPERATOR_NOT_EQUAL, 1, TYPES_ANY },
	{ "IN", OPERATOR_IN, ANY_NUMBER, TYPES_ORDERED },
	{ "LE", OPERATOR_LESS_EQUAL, 1, TYPES_ORDERED, false, true, KEY_LESS_EQUAL },
	{ "LT", OPERATOR_LESS, 1, TYPES_ORDERED, false, true, KEY_LESS },
	{ "GE", OPERATOR_GREATER_EQUAL, 1, TYPES_ORDERED, false, true, KEY_GREATER_EQUAL },
	{ "GT", OPERATOR_GREATER, 1, TYPES_ORDERED, false, true, KEY_GREATER },
	{ "BETWEEN", OPERATOR_BETWEEN, 2, TYPES_ORDERED, false, true, KEY_BETWEEN },
	{ "NOT_NULL", OPERATOR_ATTRIBUTE_EXISTS, 0 },
	{ "NULL", OPERATOR_ATTRIBUTE_NOT_EXISTS, 0 },
	{ "CONTAINS", OPERATOR_CONTAINS, 1, TYPES_SCALAR },
	{ "NOT_CONTAINS", OPERATOR_CONTAINS, 1, TYPES_SCALAR, true },
	{ "BEGINS_WITH", OPERATOR_BEGINS_WITH, 1, TYPES_PREFIX, false, true, KEY_BEGINS_WITH },
};

/* One attribute's comparison with its values, checked. */
typedef struct Comparison
{
	const LegacyComparison *comparison;
	int value_count;
	const AttributeValue **values;
} Comparison;

static const LegacyComparison *
FindLegacyComparison(Bytes name)
{
	for (int i = 0; i < lengthof(comparisons); i++)
	{
		if (BytesEqual(name, BytesFromCString(comparisons[i].name)))
			return &comparisons[i];
	}
	RequestError(TEXT_LEGACY_OPERATOR, BYTES_ARGS(name));
}

static void
CheckValueCount(const LegacyComparison *comparison, int count)
{
	if (comparison->value_count == ANY_NUMBER ? count == 0 : count != comparison->value_count)
		RequestError(TEXT_LEGACY_COUNT, comparison->name);
}

static void
CheckValueTypes(const Comparison *comparison)
{
	for (int i = 0; i < comparison->value_count; i++)
	{
		AttributeType type = comparison->values[i]->type;

		if ((comparison->comparison->types & TYPE_BIT(type)) == 0)
			RequestError(TEXT_LEGACY_OPERAND_TYPE, comparison->comparison->name,
			             AttributeTypeName(type));
		if (type != comparison->values[0]->type)
			RequestError(TEXT_LEGACY_MIXED_TYPES);
	}
	if (comparison->comparison->op == OPERATOR_BETWEEN &&
	    AttributeValueCompare(comparison->values[0], comparison->values[1]) > 0)
		RequestError(TEXT_LEGACY_BETWEEN);
}

/* `count` values beginning at `nodes`. */
static Comparison
MakeComparison(Bytes name, const JsonNode *nodes, int count)
{
	Comparison result = { FindLegacyComparison(name), count };

	CheckValueCount(result.comparison, count);
	result.values = palloc(sizeof(AttributeValue *) * Max(count, 1));
	for (int i = 0; i < count; i++)
		result.values[i] = LegacyParseValue(&nodes[i]);
	CheckValueTypes(&result);
	return result;
}

/* The comparison of a Condition: ComparisonOperator and AttributeValueList. */
static Comparison
ReadCondition(const Structure *condition)
{
	const JsonNode *list = StructureList(condition, member_AttributeValueList);

	return MakeComparison(StructureString(condition, member_ComparisonOperator),
	                      list != NULL ? list->elements : NULL, list != NULL ? list->count : 0);
}

/* An ExpectedAttributeValue without a ComparisonOperator: Value and Exists. */
static Comparison
ReadExists(Bytes attribute, const Structure *expected)
{
	const JsonNode *value = StructureValue(expected, member_Value);
	bool must_exist = StructureBoolean(expected, member_Exists, true);

	if (StructureHas(expected, MEMBER_AttributeValueList))
		RequestError(TEXT_LEGACY_LIST_ALONE, BYTES_ARGS(attribute));
	if (must_exist && value == NULL)
		RequestError(TEXT_LEGACY_VALUE_MISSING,
		             StructureHas(expected, MEMBER_Exists) ? "true" : "null",
		             BYTES_ARGS(attribute));
	if (!must_exist && value != NULL)
		RequestError(TEXT_LEGACY_VALUE_GIVEN, BYTES_ARGS(attribute));
	return must_exist ? MakeComparison(BYTES_LITERAL("EQ"), value, 1)
	                  : MakeComparison(BYTES_LITERAL("NULL"), NULL, 0);
}

/* An ExpectedAttributeValue with a ComparisonOperator. */
static Comparison
ReadCompared(Bytes attribute, const Structure *expected)
{
	Bytes name = StructureString(expected, member_ComparisonOperator);
	const JsonNode *value = StructureValue(expected, member_Value);
	const JsonNode *list = StructureList(expected, member_AttributeValueList);

	if (StructureHas(expected, MEMBER_Exists))
		RequestError(TEXT_LEGACY_EXISTS_OPERATOR, BYTES_ARGS(attribute));
	if (value != NULL && list != NULL)
		RequestError(TEXT_LEGACY_VALUE_AND_LIST, BYTES_ARGS(attribute));
	if (value == NULL && list == NULL && FindLegacyComparison(name)->value_count != 0)
		RequestError(TEXT_LEGACY_NO_VALUE, BYTES_ARGS(name), BYTES_ARGS(attribute));
	return value != NULL ? MakeComparison(name, value, 1) : ReadCondition(expected);
}

static Comparison
ReadExpected(Bytes attribute, const Structure *expected)
{
	return StructureHas(expected, MEMBER_ComparisonOperator) ? ReadCompared(attribute, expected)
	                                                         : ReadExists(attribute, expected);
}

static Comparison
ReadFilter(Bytes attribute, const Structure *filter)
{
	return ReadCondition(filter);
}

static ExpressionNode *
ComparisonNode(LegacyBuilder *builder, Bytes attribute, const Comparison *comparison)
{
	ExpressionNode *path = MakePathNode(LegacyPath(builder, attribute));
	List *operands = list_make1(path);
	ExpressionNode *node;

	for (int i = 0; i < comparison->value_count; i++)
		operands = lappend(operands, LegacyValue(builder, comparison->values[i]));
	node = MakeOperationNode(&operators[comparison->comparison->op], operands);
	if (!comparison->comparison->negated)
		return node;
	node = MakeOperationNode(&operators[OPERATOR_NOT], list_make1(node));
	return MakeOperationNode(
	    &operators[OPERATOR_AND],
	    list_make2(MakeOperationNode(&operators[OPERATOR_ATTRIBUTE_EXISTS], list_make1(path)),
	               node));
}

static BoundExpression *
MakeCondition(ExpressionKind kind, const JsonNode *parameter, Bytes conditional_operator,
              Comparison (*read)(Bytes attribute, const Structure *node))
{
	bool any =
	    conditional_operator.data != NULL && BytesEqual(conditional_operator, BYTES_LITERAL("OR"));
	LegacyBuilder builder;
	List *terms = NIL;
	int count;
	const JsonMember **members = LegacyMembers(parameter, &count);

	LegacyBuilderInit(&builder, kind);
	for (int i = 0; i < count; i++)
	{
		Comparison comparison = read(members[i]->name, NodeStructure(&members[i]->value));

		terms = lappend(terms, ComparisonNode(&builder, members[i]->name, &comparison));
	}
	if (terms != NIL)
		builder.parsed->condition =
		    MakeOperationNode(&operators[any ? OPERATOR_OR : OPERATOR_AND], terms);
	return LegacyFinish(&builder);
}

BoundExpression *
ExpectedToCondition(const JsonNode *expected, Bytes conditional_operator)
{
	return MakeCondition(EXPRESSION_CONDITION, expected, conditional_operator, ReadExpected);
}

BoundExpression *
LegacyFilterToCondition(const JsonNode *filter, Bytes conditional_operator)
{
	return MakeCondition(EXPRESSION_FILTER, filter, conditional_operator, ReadFilter);
}

KeyCondition *
LegacyKeyConditions(const JsonNode *key_conditions, int *count)
{
	const JsonMember **members = LegacyMembers(key_conditions, count);
	KeyCondition *conditions = palloc0(sizeof(KeyCondition) * Max(*count, 1));

	for (int i = 0; i < *count; i++)
	{
		Comparison comparison;

		AttributeNameRequire(members[i]->name);
		comparison = ReadCondition(NodeStructure(&members[i]->value));
		if (!comparison.comparison->for_keys)
			RequestError(TEXT_LEGACY_NOT_INDEXABLE);
		conditions[i].attribute = members[i]->name;
		conditions[i].op = comparison.comparison->key_operator;
		conditions[i].operand = *comparison.values[0];
		if (comparison.value_count > 1)
			conditions[i].upper = *comparison.values[1];
	}
	return conditions;
}

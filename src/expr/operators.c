/*
 * The table of operators and functions (developer guide, "Condition and filter
 * expressions, operators, and functions", "Using update expressions" and, of
 * PartiQL, "Use PartiQL functions with DynamoDB").
 */
#include "expr/operators.h"

#define TYPES_SIZED                                                                       \
	(TYPES_SETS | TYPE_BIT(ATTRIBUTE_S) | TYPE_BIT(ATTRIBUTE_B) | TYPE_BIT(ATTRIBUTE_L) | \
	 TYPE_BIT(ATTRIBUTE_M))
#define TYPES_PREFIXED (TYPE_BIT(ATTRIBUTE_S) | TYPE_BIT(ATTRIBUTE_B))
#define TYPES_CONTAINERS \
	(TYPES_SETS | TYPE_BIT(ATTRIBUTE_S) | TYPE_BIT(ATTRIBUTE_B) | TYPE_BIT(ATTRIBUTE_L))
#define TYPES_NUMBER TYPE_BIT(ATTRIBUTE_N)
#define TYPES_LIST TYPE_BIT(ATTRIBUTE_L)
#define PATH_ONLY 0

#define COMPARISON(id, name, types) \
	[id] = { id, name, false, true, true, false, 2, types, types, true }
#define LOGICAL(id, name, count) [id] = { id, name, false, true, true, false, count }
#define ARITHMETIC(id, name) \
	[id] = { id, name, false, false, false, true, 2, TYPES_NUMBER, TYPES_NUMBER, false }
#define PREDICATE(id, name, count, first, other, distinct, in_statements) \
	[id] = { id, name, true, true, true, false, count, first, other, distinct, in_statements }
#define UPDATE_FUNCTION(id, name, first, other, in_statements) \
	[id] = { id, name, true, false, false, true, 2, first, other, false, in_statements }
/* Found by FindStatementFunction only. */
#define STATEMENT_FUNCTION(id, name, types) UPDATE_FUNCTION(id, name, types, types, true)

const Operator operators[OPERATOR_COUNT] = {
	COMPARISON(OPERATOR_EQUAL, "=", TYPES_ANY),
	COMPARISON(OPERATOR_NOT_EQUAL, "<>", TYPES_ANY),
	COMPARISON(OPERATOR_LESS, "<", TYPES_ORDERED),
	COMPARISON(OPERATOR_LESS_EQUAL, "<=", TYPES_ORDERED),
	COMPARISON(OPERATOR_GREATER, ">", TYPES_ORDERED),
	COMPARISON(OPERATOR_GREATER_EQUAL, ">=", TYPES_ORDERED),
	[OPERATOR_BETWEEN] = { OPERATOR_BETWEEN, "BETWEEN", false, true, true, false, 3, TYPES_ORDERED,
	                       TYPES_ORDERED, true },
	[OPERATOR_IN] = { OPERATOR_IN, "IN", false, true, true, false, -1, TYPES_ANY, TYPES_ANY, true },
	LOGICAL(OPERATOR_AND, "AND", -1),
	LOGICAL(OPERATOR_OR, "OR", -1),
	LOGICAL(OPERATOR_NOT, "NOT", 1),
	ARITHMETIC(OPERATOR_PLUS, "+"),
	ARITHMETIC(OPERATOR_MINUS, "-"),
	PREDICATE(OPERATOR_ATTRIBUTE_EXISTS, "attribute_exists", 1, PATH_ONLY, 0, false, true),
	PREDICATE(OPERATOR_ATTRIBUTE_NOT_EXISTS, "attribute_not_exists", 1, PATH_ONLY, 0, false, true),
	PREDICATE(OPERATOR_ATTRIBUTE_TYPE, "attribute_type", 2, TYPES_ANY, TYPE_BIT(ATTRIBUTE_S), true,
	          true),
	PREDICATE(OPERATOR_BEGINS_WITH, "begins_with", 2, TYPES_PREFIXED, TYPES_PREFIXED, true, true),
	PREDICATE(OPERATOR_CONTAINS, "contains", 2, TYPES_CONTAINERS, TYPES_ANY, true, true),
	[OPERATOR_SIZE] = { OPERATOR_SIZE, "size", true, false, true, false, 1, TYPES_SIZED, 0, false,
	                    true },
	UPDATE_FUNCTION(OPERATOR_IF_NOT_EXISTS, "if_not_exists", PATH_ONLY, TYPES_ANY, true),
	UPDATE_FUNCTION(OPERATOR_LIST_APPEND, "list_append", TYPES_LIST, TYPES_LIST, true),
	STATEMENT_FUNCTION(OPERATOR_SET_ADD, "set_add", TYPES_SETS),
	STATEMENT_FUNCTION(OPERATOR_SET_DELETE, "set_delete", TYPES_SETS),
};

static const Operator *
FindOperator(OperatorId first, OperatorId last, Bytes name)
{
	for (OperatorId id = first; id <= last; id++)
	{
		if (BytesEqual(name, BytesFromCString(operators[id].name)))
			return &operators[id];
	}
	return NULL;
}

const Operator *
FindFunction(Bytes name)
{
	return FindOperator(OPERATOR_ATTRIBUTE_EXISTS, OPERATOR_LIST_APPEND, name);
}

const Operator *
FindStatementFunction(Bytes name)
{
	for (OperatorId id = 0; id < OPERATOR_COUNT; id++)
	{
		const Operator *function = &operators[id];

		if (function->in_statements && name.length == (int) strlen(function->name) &&
		    pg_strncasecmp(name.data, function->name, name.length) == 0)
			return function;
	}
	return NULL;
}

const Operator *
FindComparison(Bytes name)
{
	return FindOperator(OPERATOR_EQUAL, OPERATOR_GREATER_EQUAL, name);
}

/*
 * The operators and functions of expressions, as one table: how each is
 * written, how many operands it takes and of which types, where it may stand.
 */
#ifndef DYNAMO_OPERATORS_H
#define DYNAMO_OPERATORS_H

#include "item/value.h"

typedef enum OperatorId
{
	OPERATOR_EQUAL,
	OPERATOR_NOT_EQUAL,
	OPERATOR_LESS,
	OPERATOR_LESS_EQUAL,
	OPERATOR_GREATER,
	OPERATOR_GREATER_EQUAL,
	OPERATOR_BETWEEN,
	OPERATOR_IN,
	OPERATOR_AND,
	OPERATOR_OR,
	OPERATOR_NOT,
	OPERATOR_PLUS,
	OPERATOR_MINUS,
	OPERATOR_ATTRIBUTE_EXISTS,
	OPERATOR_ATTRIBUTE_NOT_EXISTS,
	OPERATOR_ATTRIBUTE_TYPE,
	OPERATOR_BEGINS_WITH,
	OPERATOR_CONTAINS,
	OPERATOR_SIZE,
	OPERATOR_IF_NOT_EXISTS,
	OPERATOR_LIST_APPEND,
	OPERATOR_SET_ADD,
	OPERATOR_SET_DELETE
} OperatorId;

#define OPERATOR_COUNT (OPERATOR_SET_DELETE + 1)

/* Sets of attribute types. */
typedef uint16 TypeSet;
#define TYPE_BIT(type) ((TypeSet) (1 << (type)))
#define TYPES_ANY ((TypeSet) 0x3FF)
#define TYPES_ORDERED (TYPE_BIT(ATTRIBUTE_S) | TYPE_BIT(ATTRIBUTE_N) | TYPE_BIT(ATTRIBUTE_B))
#define TYPES_SETS (TYPE_BIT(ATTRIBUTE_SS) | TYPE_BIT(ATTRIBUTE_NS) | TYPE_BIT(ATTRIBUTE_BS))

typedef struct Operator
{
	OperatorId id;
	const char *name;
	bool is_function;
	bool is_condition; /* yields true or false, not a value */
	bool in_conditions;
	bool in_updates;
	int operand_count;   /* -1: any number */
	TypeSet first_types; /* of its first operand; 0: it must be a document path */
	TypeSet other_types;
	bool distinct_first; /* its first operand may not return among the others */
	bool in_statements;  /* a function of PartiQL */
} Operator;

extern const Operator operators[OPERATOR_COUNT];

/* The function of expressions that is written so (case matters), or NULL. */
extern const Operator *FindFunction(Bytes name);

/* The function of PartiQL that is written so (case does not matter), or NULL. */
extern const Operator *FindStatementFunction(Bytes name);

/* The comparison that is written so, or NULL. */
extern const Operator *FindComparison(Bytes name);

#endif

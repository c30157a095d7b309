/*
 * Conditions of a statement, compiled: an operator of operators.def, a key, and the operands with
 * which the key's values are compared.
 */
#ifndef DYNAMO_POLICY_CONDITION_H
#define DYNAMO_POLICY_CONDITION_H

#include "auth/condition/arn_pattern.h"
#include "auth/condition/typed_value.h"

typedef union ConditionOperand
{
	TextTemplate text;
	Numeric number;
	TimestampTz moment;
	Network network;
	ArnPattern arn;
	bool truth;
} ConditionOperand;

typedef struct ConditionOperator ConditionOperator;

/* Of several values which have to match. */
typedef enum ConditionQuantifier
{
	QUANTIFIER_NONE,
	QUANTIFIER_ALL, /* ForAllValues */
	QUANTIFIER_ANY  /* ForAnyValue */
} ConditionQuantifier;

typedef struct Condition
{
	const ConditionOperator *operator;
	ConditionQuantifier quantifier;
	bool if_exists;
	ConditionKey key;
	Bytes tag;
	int count;
	ConditionOperand *operands;
} Condition;

/*
 * Reads an operator's name with its prefix and its ending into a condition's first members; false
 * where there is none of this name.
 */
extern bool ConditionReadOperator(Bytes name, Condition *condition);

/* Reads an operand of a condition whose operator is known. What is wrong with it, or NULL. */
extern const char *ConditionReadOperand(const Condition *condition, Bytes text, bool variables,
                                        ConditionOperand *operand);

/*
 * Whether the condition holds in a statement of this effect, which tells what a key of several
 * values means without a quantifier: an Allow wants all of them to match, a Deny one.
 */
extern Truth ConditionHolds(const Condition *condition, PolicyQuestion *question, bool deny);

#endif

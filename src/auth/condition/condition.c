/*
 * Reading and judging conditions.
 *
 * The rules are of the IAM user guide, "Condition operators", "...IfExists", "Multivalued context
 * keys". A negated operator is its positive one, denied for each value: no operand may match.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "auth/condition/condition.h"
#include "auth/condition/letter_case.h"
#include "compat.h"
#include "text/base64.h"
#include "item/number/number.h"
#include "item/number/number_text.h"
#include "text/text_scan.h"

typedef enum OperandForm
{
	FORM_EXACT,
	FORM_ANY_CASE,
	FORM_WILDCARDS,
	FORM_NUMBER,
	FORM_DATE,
	FORM_TRUTH,
	FORM_BINARY,
	FORM_NETWORK,
	FORM_ARN
} OperandForm;

typedef enum Comparison
{
	COMPARE_TEXT,
	COMPARE_NUMBER,
	COMPARE_DATE,
	COMPARE_NETWORK,
	COMPARE_ARN,
	COMPARE_ABSENCE /* judged of the key, not of a value */
} Comparison;

#define ORDER_LESS 1
#define ORDER_EQUAL 2
#define ORDER_GREATER 4

struct ConditionOperator
{
	Bytes name;
	OperandForm form;
	Comparison comparison;
	int orders;
	bool negated;
};

static const ConditionOperator operators[] = {
#define OPERATOR(name, form, comparison, orders, negated) \
	{ { name, sizeof(name) - 1 }, FORM_##form, COMPARE_##comparison, orders, negated },
#include "auth/condition/operators.def"
#undef OPERATOR
};

/* --- reading --- */

static bool
TakeEnding(Bytes *name, Bytes ending)
{
	Bytes end = { name->data + name->length - ending.length, ending.length };

	if (name->length < ending.length || !BytesEqual(end, ending))
		return false;
	name->length -= ending.length;
	return true;
}

bool
ConditionReadOperator(Bytes name, Condition *condition)
{
	condition->quantifier = QUANTIFIER_NONE;
	if (TextTakePrefix(&name, BYTES_LITERAL("ForAllValues:")))
		condition->quantifier = QUANTIFIER_ALL;
	else if (TextTakePrefix(&name, BYTES_LITERAL("ForAnyValue:")))
		condition->quantifier = QUANTIFIER_ANY;
	condition->if_exists = TakeEnding(&name, BYTES_LITERAL("IfExists"));
	for (int i = 0; i < lengthof(operators); i++)
	{
		condition->operator= & operators[i];
		if (BytesEqual(operators[i].name, name))
			return operators[i].comparison != COMPARE_ABSENCE ||
			       (condition->quantifier == QUANTIFIER_NONE && !condition->if_exists);
	}
	return false;
}

static const char *
ReadNumber(Bytes text, ConditionOperand *operand)
{
	operand->number = NumberOfText(text);
	return operand->number == NULL ? "it is no number" : NULL;
}

static const char *
ReadTruth(Bytes text, ConditionOperand *operand)
{
	TemplateForm form = { 0 };
	Bytes words[] = { BYTES_LITERAL("false"), BYTES_LITERAL("true") };

	for (int i = 0; i < lengthof(words); i++)
		if (text.length == words[i].length &&
		    pg_strncasecmp(text.data, words[i].data, text.length) == 0)
			return TemplateParse(words[i], form, &operand->text);
	return "it is neither true nor false";
}

/* Base64 has one spelling of each binary, so that its text is compared. */
static const char *
ReadBinary(Bytes text, ConditionOperand *operand)
{
	TemplateForm form = { 0 };
	Bytes binary;

	if (Base64Decode(text, &binary) != NULL)
		return "it is no base64";
	return TemplateParse(text, form, &operand->text);
}

const char *
ConditionReadOperand(const Condition *condition, Bytes text, bool variables,
                     ConditionOperand *operand)
{
	OperandForm form = condition->operator->form;
	TemplateForm plain = { .wildcards = form == FORM_WILDCARDS,
		                   .variables = variables,
		                   .ignore_case = form == FORM_ANY_CASE };

	switch (form)
	{
		case FORM_EXACT:
		case FORM_ANY_CASE:
		case FORM_WILDCARDS:
			return TemplateParse(text, plain, &operand->text);
		case FORM_NUMBER:
			return ReadNumber(text, operand);
		case FORM_DATE:
			return MomentParse(text, &operand->moment) ? NULL : "it is no date";
		case FORM_TRUTH:
			return ReadTruth(text, operand);
		case FORM_BINARY:
			return ReadBinary(text, operand);
		case FORM_NETWORK:
			return NetworkParse(text, &operand->network) ? NULL : "it is no address or network";
		case FORM_ARN:
			return ArnPatternParse(text, variables, &operand->arn);
	}
	pg_unreachable();
}

/* --- judging --- */

static bool
OrderMatches(const Condition *condition, int order)
{
	int bit = order < 0 ? ORDER_LESS : order > 0 ? ORDER_GREATER : ORDER_EQUAL;

	return (condition->operator->orders & bit) != 0;
}

/* A value, read once for all operands. */
typedef struct ComparedValue
{
	Bytes text;
	Numeric number;
	TimestampTz moment;
	Network network;
	Bytes arn[ARN_PARTS];
} ComparedValue;

/* False where the value is not of the operator's type: it matches no operand then. */
static bool
ReadValue(const Condition *condition, Bytes text, ComparedValue *value)
{
	OperandForm form = condition->operator->form;

	value->text = form == FORM_ANY_CASE || form == FORM_TRUTH ? LowerText(text) : text;
	switch (condition->operator->comparison)
	{
		case COMPARE_NUMBER:
			value->number = NumberOfText(text);
			return value->number != NULL;
		case COMPARE_DATE:
			return MomentParse(text, &value->moment);
		case COMPARE_NETWORK:
			return NetworkParse(text, &value->network);
		case COMPARE_ARN:
			if (!ArnSplit(text, value->arn))
				value->arn[0].data = NULL;
			return true;
		default:
			return true;
	}
}

static Truth
OperandMatches(const Condition *condition, PolicyQuestion *question,
               const ConditionOperand *operand, const ComparedValue *value)
{
	switch (condition->operator->comparison)
	{
		case COMPARE_NUMBER:
			return TruthOf(OrderMatches(condition, NumberCompare(value->number, operand->number)));
		case COMPARE_DATE:
			return TruthOf(OrderMatches(
			    condition, value->moment < operand->moment ? -1 : value->moment > operand->moment));
		case COMPARE_NETWORK:
			return TruthOf(NetworkContains(&operand->network, &value->network));
		case COMPARE_ARN:
			return ArnPatternMatches(&operand->arn, question, value->arn);
		default:
			return TemplateMatches(&operand->text, question, value->text);
	}
}

/* Whether a value matches: one operand, or of a negated operator none. */
static Truth
ValueMatches(const Condition *condition, PolicyQuestion *question, Bytes text)
{
	ComparedValue value;
	Truth truth = TRUTH_FALSE;

	if (ReadValue(condition, text, &value))
		for (int i = 0; i < condition->count && truth != TRUTH_TRUE; i++)
			truth =
			    Max(truth, OperandMatches(condition, question, &condition->operands[i], &value));
	return condition->operator->negated ? TruthNot(truth) : truth;
}

/*
 * ValueMatches of one of the values. A request may have hundreds of thousands, as a batch of items
 * has attributes: what one takes is given back before the next.
 */
static Truth
EachMatches(const Condition *condition, PolicyQuestion *question, const ConditionValues *values,
            int number)
{
	MemoryContext caller;
	Truth truth;

	CHECK_FOR_INTERRUPTS();
	if (values->count == 1)
		return ValueMatches(condition, question, values->values[number]);
	caller = MemoryContextSwitchTo(QuestionScratch(question));
	truth = ValueMatches(condition, question, values->values[number]);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(question->scratch);
	return truth;
}

static Truth
AllMatch(const Condition *condition, PolicyQuestion *question, const ConditionValues *values)
{
	Truth truth = TRUTH_TRUE;

	for (int i = 0; i < values->count && truth != TRUTH_FALSE; i++)
		truth = Min(truth, EachMatches(condition, question, values, i));
	return truth;
}

static Truth
AnyMatches(const Condition *condition, PolicyQuestion *question, const ConditionValues *values)
{
	Truth truth = TRUTH_FALSE;

	for (int i = 0; i < values->count && truth != TRUTH_TRUE; i++)
		truth = Max(truth, EachMatches(condition, question, values, i));
	return truth;
}

/* What is said of a key that the request does not have. */
static Truth
HoldsOfAbsent(const Condition *condition)
{
	if (condition->if_exists || condition->quantifier == QUANTIFIER_ALL)
		return TRUTH_TRUE;
	if (condition->quantifier == QUANTIFIER_ANY)
		return TRUTH_FALSE;
	return TruthOf(condition->operator->negated);
}

/* "true" wants the key absent, "false" present. */
static Truth
AbsenceHolds(const Condition *condition, PolicyQuestion *question, Truth present)
{
	Bytes word = present == TRUTH_TRUE ? BYTES_LITERAL("false") : BYTES_LITERAL("true");
	Truth truth = TRUTH_FALSE;

	if (present == TRUTH_UNKNOWN)
		return TRUTH_UNKNOWN;
	for (int i = 0; i < condition->count; i++)
		truth = Max(truth, TemplateMatches(&condition->operands[i].text, question, word));
	return truth;
}

Truth
ConditionHolds(const Condition *condition, PolicyQuestion *question, bool deny)
{
	ConditionValues values;
	Truth present = QuestionValues(question, condition->key, condition->tag, &values);

	if (condition->operator->comparison == COMPARE_ABSENCE)
		return AbsenceHolds(condition, question, present);
	if (present == TRUTH_UNKNOWN)
		return TRUTH_UNKNOWN;
	if (present == TRUTH_FALSE)
		return HoldsOfAbsent(condition);
	if (condition->quantifier == QUANTIFIER_ANY ||
	    (condition->quantifier == QUANTIFIER_NONE && deny))
		return AnyMatches(condition, question, &values);
	return AllMatch(condition, question, &values);
}

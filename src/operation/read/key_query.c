/*
 * Key conditions against a key schema.
 */
#include "operation/read/key_query.h"

#include "compat.h"
#include "error/error.h"
#include "storage/read/key_operand.h"

static const KeyCondition *
FindCondition(const KeyCondition *conditions, int count, Bytes attribute)
{
	for (int i = 0; i < count; i++)
	{
		if (BytesEqual(conditions[i].attribute, attribute))
			return &conditions[i];
	}
	return NULL;
}

pg_noreturn static void
ConditionNotSupported(void)
{
	ValidationError("Query key condition not supported");
}

pg_noreturn static void
ConditionMissing(const KeyAttribute *attribute)
{
	ValidationError("Query condition missed key schema element: %.*s", BYTES_ARGS(attribute->name));
}

static void
CheckOperands(const KeyAttribute *attribute, const KeyCondition *condition, bool partition)
{
	KeyOperandCheck(attribute, &condition->operand, partition);
	if (condition->op == KEY_BETWEEN)
		KeyOperandCheck(attribute, &condition->upper, partition);
}

static void
UsePartition(const KeySchema *key, const KeyCondition *conditions, int count, RangeQuery *query)
{
	for (int i = 0; i < key->partition_count; i++)
	{
		const KeyAttribute *attribute = &key->partition[i];
		const KeyCondition *condition = FindCondition(conditions, count, attribute->name);

		if (condition == NULL)
			ConditionMissing(attribute);
		if (condition->op != KEY_EQUAL)
			ConditionNotSupported();
		CheckOperands(attribute, condition, true);
		query->partition[i] = condition->operand;
	}
}

static void
UseRange(const KeyCondition *condition, RangeQuery *query)
{
	const AttributeValue *operand = &condition->operand;

	switch (condition->op)
	{
		case KEY_EQUAL:
			query->sort_equal[query->sort_equal_count++] = *operand;
			break;
		case KEY_LESS:
		case KEY_LESS_EQUAL:
			query->upper = (RangeBound){ operand, condition->op == KEY_LESS_EQUAL };
			break;
		case KEY_GREATER:
		case KEY_GREATER_EQUAL:
			query->lower = (RangeBound){ operand, condition->op == KEY_GREATER_EQUAL };
			break;
		case KEY_BETWEEN:
			query->lower = (RangeBound){ operand, true };
			query->upper = (RangeBound){ &condition->upper, true };
			break;
		case KEY_BEGINS_WITH:
			query->prefix = operand;
			break;
	}
}

/* Uses the conditions on leading sort attributes; returns how many there are. */
static int
UseSort(const KeySchema *key, const KeyCondition *conditions, int count, RangeQuery *query)
{
	int used = 0;

	for (; used < key->sort_count; used++)
	{
		const KeyAttribute *attribute = &key->sort[used];
		const KeyCondition *condition = FindCondition(conditions, count, attribute->name);

		if (condition == NULL)
			break;
		CheckOperands(attribute, condition, false);
		UseRange(condition, query);
		if (condition->op != KEY_EQUAL)
			return used + 1;
	}
	return used;
}

void
KeyQueryBuild(const KeySchema *key, const KeyCondition *conditions, int count, RangeQuery *query)
{
	int used;

	if (count == 0 || count > Max(key->partition_count + key->sort_count, 2))
		ValidationError("Conditions can be of length 1 or 2 only");
	UsePartition(key, conditions, count, query);
	used = UseSort(key, conditions, count, query);
	if (key->partition_count + used == count)
		return;
	/* A condition is left: on no key attribute, or on one behind a gap or a range. */
	if (used < key->sort_count && FindCondition(conditions, count, key->sort[used].name) == NULL)
		ConditionMissing(&key->sort[used]);
	ConditionNotSupported();
}

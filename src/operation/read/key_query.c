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

static bool
HasSeveralAttributes(const KeySchema *key)
{
	return key->partition_count > 1 || key->sort_count > 1;
}

pg_noreturn static void
ConditionNotSupported(void)
{
	ValidationError(TEXT_KEY_CONDITION_UNSUPPORTED);
}

pg_noreturn static void
ConditionMissing(const KeyAttribute *attribute)
{
	ValidationError(TEXT_KEY_CONDITION_MISSED, BYTES_ARGS(attribute->name));
}

static void
CheckOperands(const KeyAttribute *attribute, const KeyCondition *condition, bool partition)
{
	KeyOperandCheck(attribute, &condition->operand, partition);
	if (condition->op == KEY_BETWEEN)
		KeyOperandCheck(attribute, &condition->upper, partition);
}

/* Of a key with several attributes the service says more. */
pg_noreturn static void
PartitionNotEqual(const KeySchema *key, const KeyAttribute *attribute, bool given)
{
	if (HasSeveralAttributes(key))
		ValidationError(TEXT_HASH_KEY_MISSING, BYTES_ARGS(attribute->name));
	if (given)
		ConditionNotSupported();
	ConditionMissing(attribute);
}

static void
UsePartition(const KeySchema *key, const KeyCondition *conditions, int count, RangeQuery *query)
{
	for (int i = 0; i < key->partition_count; i++)
	{
		const KeyAttribute *attribute = &key->partition[i];
		const KeyCondition *condition = FindCondition(conditions, count, attribute->name);

		if (condition == NULL || condition->op != KEY_EQUAL)
			PartitionNotEqual(key, attribute, condition != NULL);
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

/* The number of the first sort attribute, from `from` on, that has a condition, or none by
 * equality. */
static int
FindSort(const KeySchema *key, const KeyCondition *conditions, int count, int from, bool with)
{
	for (; from < key->sort_count; from++)
	{
		const KeyCondition *condition = FindCondition(conditions, count, key->sort[from].name);

		if (with ? condition != NULL : condition == NULL || condition->op != KEY_EQUAL)
			break;
	}
	return from;
}

/* A condition is left: on no key attribute, or on one behind a gap or a range. */
static void
RejectLeftCondition(const KeySchema *key, const KeyCondition *conditions, int count)
{
	int lacking = FindSort(key, conditions, count, 0, false);
	int behind = FindSort(key, conditions, count, lacking + 1, true);

	if (behind < key->sort_count)
		ValidationError(TEXT_RANGE_KEY_GAP, BYTES_ARGS(key->sort[lacking].name),
		                BYTES_ARGS(key->sort[behind].name));
	if (lacking < key->sort_count &&
	    FindCondition(conditions, count, key->sort[lacking].name) == NULL)
		ConditionMissing(&key->sort[lacking]);
	ConditionNotSupported();
}

/* The legacy parameter keeps the text of its time. */
static void
CheckCount(const KeySchema *key, int count, bool legacy)
{
	int most = key->partition_count + key->sort_count;

	if (count == 0 || (legacy && count > Max(most, 2)))
		ValidationError(TEXT_KEY_CONDITIONS_COUNT);
	if (count > most && !legacy)
		ValidationError(TEXT_CONDITIONS_TOO_MANY, count, most);
}

void
KeyQueryBuild(const KeySchema *key, const KeyCondition *conditions, int count, bool legacy,
              RangeQuery *query)
{
	int used;

	CheckCount(key, count, legacy);
	UsePartition(key, conditions, count, query);
	used = UseSort(key, conditions, count, query);
	if (key->partition_count + used != count)
		RejectLeftCondition(key, conditions, count);
}

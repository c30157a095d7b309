/*
 * The one item that a statement names by equality on its whole key.
 */
#include "partiql/plan.h"

#include "error/error.h"
#include "item/compare.h"

/* Only a read may name several values for an attribute of the key. */
static void
CheckOneValue(const Statement *statement, List *conjuncts, Bytes attribute,
              const AttributeValue *value)
{
	ListCell *cell;

	foreach (cell, conjuncts)
	{
		Comparison comparison;

		if (ComparisonRead(statement->where, lfirst(cell), &comparison) &&
		    comparison.op == OPERATOR_EQUAL && BytesEqual(comparison.attribute, attribute) &&
		    !AttributeValueEqual(comparison.values[0], value))
			ValidationError(TEXT_SEVERAL_KEYS, BYTES_ARGS(attribute));
	}
}

/* How many conjuncts are the same equality of a key attribute, or IN with that one value. */
static int
CountEqualities(const Statement *statement, List *conjuncts, const AttributeValue *key)
{
	ListCell *cell;
	int count = 0;

	foreach (cell, conjuncts)
	{
		Comparison comparison;
		const AttributeValue *value;

		if (!ComparisonRead(statement->where, lfirst(cell), &comparison) || comparison.count != 1 ||
		    (comparison.op != OPERATOR_EQUAL && comparison.op != OPERATOR_IN))
			continue;
		value = MapGet(key, comparison.attribute);
		count += value != NULL && AttributeValueEqual(value, comparison.values[0]);
	}
	return count;
}

/* The value that a conjunct demands by =, or in a read by IN with that one value. */
static const AttributeValue *
DemandedValue(const Statement *statement, List *conjuncts, Bytes attribute)
{
	const AttributeValue *value = WhereDemands(statement->where, conjuncts, attribute);
	ListCell *cell;

	if (value != NULL || statement->type != STATEMENT_SELECT || statement->exists)
		return value;
	foreach (cell, conjuncts)
	{
		Comparison comparison;

		if (ComparisonRead(statement->where, lfirst(cell), &comparison) &&
		    comparison.op == OPERATOR_IN && comparison.count == 1 &&
		    BytesEqual(comparison.attribute, attribute))
			return comparison.values[0];
	}
	return NULL;
}

bool
StatementFindKey(const Statement *statement, const Table *table, AttributeValue *key, bool *alone)
{
	const KeySchema *schema = &table->definition.key;
	int count = schema->partition_count + schema->sort_count;
	List *conjuncts = WhereConjuncts(statement->where);

	*key = (AttributeValue){ .type = ATTRIBUTE_M };
	key->attributes = palloc(sizeof(Attribute) * count);
	for (; key->count < count; key->count++)
	{
		const KeyAttribute *attribute = key->count < schema->partition_count
		                                    ? &schema->partition[key->count]
		                                    : &schema->sort[key->count - schema->partition_count];
		const AttributeValue *value = DemandedValue(statement, conjuncts, attribute->name);

		if (value == NULL)
			return false;
		if (statement->type != STATEMENT_SELECT)
			CheckOneValue(statement, conjuncts, attribute->name, value);
		key->attributes[key->count] = (Attribute){ attribute->name, *value };
	}
	MapNormalise(key);
	*alone = CountEqualities(statement, conjuncts, key) == list_length(conjuncts);
	if (statement->order_count > 0)
		(void) PlanRead(statement, table, NULL); /* for what is wrong with ORDER BY */
	return true;
}

/*
 * Order and uniqueness of the keys in a batch.
 */
#include "operation/item/batch.h"

#include "error/error.h"
#include "item/compare.h"

static int
CompareKeys(const void *left, const void *right)
{
	const ItemKey *a = *(const ItemKey *const *) left;
	const ItemKey *b = *(const ItemKey *const *) right;
	int order = AttributeValueCompare(&a->partition, &b->partition);

	if (order != 0 || a->sort.type == ATTRIBUTE_NULL)
		return order;
	return AttributeValueCompare(&a->sort, &b->sort);
}

void
BatchKeysSort(const ItemKey **keys, int count)
{
	qsort(keys, count, sizeof(ItemKey *), CompareKeys);
	for (int i = 1; i < count; i++)
	{
		if (CompareKeys(&keys[i - 1], &keys[i]) == 0)
			ValidationError(TEXT_BATCH_DUPLICATES);
	}
}

bool
PartitionKeysEqual(const ItemKey *a, const ItemKey *b)
{
	return AttributeValueCompare(&a->partition, &b->partition) == 0;
}

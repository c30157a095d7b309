/*
 * See counted_keys.h.
 */
#include "operation/throughput/counted_keys.h"

#include "metrics/hotkeys/hot_keys.h"

static bool
IsGlobal(const TableIndex *index)
{
	return index != NULL && !index->local;
}

static int
PlaceOf(const ConsumedCapacity *capacity, const TableIndex *index)
{
	return index - capacity->table->definition.indexes;
}

static InsightsMode
ModeOf(const ConsumedCapacity *capacity, const TableIndex *index)
{
	const TableThroughput *throughput = capacity->throughput;

	return IsGlobal(index) ? throughput->indexes[PlaceOf(capacity, index)].insights
	                       : throughput->table.insights;
}

/* The keys that the request has of the table (NULL) or the global index; false: none. */
static bool
KeysOf(const ConsumedCapacity *capacity, const TableIndex *index, EntryKeys *keys)
{
	const ItemKey *key = capacity->key;
	const RangeQuery *range = capacity->range;
	const TableIndex *read = range != NULL && IsGlobal(range->index) ? range->index : NULL;

	if (IsGlobal(index) && capacity->entry_keys != NULL &&
	    capacity->entry_keys[PlaceOf(capacity, index)] != NULL)
		*keys = *capacity->entry_keys[PlaceOf(capacity, index)];
	else if (index == NULL && key != NULL)
		EntryKeysOf(&key->partition, 1, &key->sort, key->sort.type == ATTRIBUTE_NULL ? 0 : 1, keys);
	else if (range != NULL && read == index)
		EntryKeysOf(range->partition,
		            read != NULL ? read->key.partition_count
		                         : capacity->table->definition.key.partition_count,
		            NULL, 0, keys);
	else
		return false;
	return true;
}

static void
Count(const ConsumedCapacity *capacity, const TableIndex *index, HotKeyKind partition,
      HotKeyKind item, int64 times)
{
	HotKeySource source = { capacity->table->relation, index != NULL ? index->number : 0 };
	EntryKeys keys;

	if (!KeysOf(capacity, index, &keys))
		return;
	HotKeyCount(source, partition, &keys.partition, times);
	if (keys.item.length > 0)
		HotKeyCount(source, item, &keys.item, times);
}

static void
CountAccess(const ConsumedCapacity *capacity, const TableIndex *index)
{
	if (ModeOf(capacity, index) == INSIGHTS_ACCESSED_AND_THROTTLED)
		Count(capacity, index, HOT_KEY_PARTITION_ACCESSED, HOT_KEY_ITEM_ACCESSED, 1);
}

void
CountedKeysAccessed(const ConsumedCapacity *capacity)
{
	const TableDefinition *definition = &capacity->table->definition;

	if (capacity->throughput == NULL || !capacity->throughput->counts_keys)
		return;
	CountAccess(capacity, NULL);
	for (int i = 0; i < definition->index_count; i++)
	{
		if (!definition->indexes[i].local)
			CountAccess(capacity, &definition->indexes[i]);
	}
}

void
CountedKeysThrottled(const ConsumedCapacity *capacity, const TableIndex *index, int64 times)
{
	if (ModeOf(capacity, index) != INSIGHTS_NONE)
		Count(capacity, index, HOT_KEY_PARTITION_THROTTLED, HOT_KEY_ITEM_THROTTLED, times);
}

/*
 * The keys that entries of global indexes have, as counts keep them.
 */
#ifndef DYNAMO_ENTRY_KEYS_H
#define DYNAMO_ENTRY_KEYS_H

#include "metrics/hotkeys/hot_key.h"
#include "storage/relation/table.h"

typedef struct EntryKeys
{
	HotKey partition;
	HotKey item; /* with the sort attributes, where there are any */
} EntryKeys;

/* Of so many values, of a partition key and of a sort key after it. */
extern void EntryKeysOf(const AttributeValue *partition, int partition_count,
                        const AttributeValue *sort, int sort_count, EntryKeys *keys);

/* Of an item that the index holds; palloc'd. */
extern EntryKeys *EntryKeysOfItem(const TableIndex *index, const Jsonb *item);

/*
 * The values that a key keeps, as a map of the schema's attributes in the form of a stored item,
 * palloc'd; `cut` says whether one is longer. NULL where the schema is not the key's.
 */
extern Jsonb *EntryKeyToJsonb(const HotKey *key, const KeySchema *schema, bool *cut);

#endif

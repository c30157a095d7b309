/*
 * See changed_key.h.
 */
#include "backup/changed_key.h"

#include "common/hashfn.h"

#include "item/key.h"
#include "storage/index/item_key.h"

void
ChangedKeyOf(const Table *table, const Jsonb *item, ChangedKey *changed)
{
	ItemKey key = StoredItemKey(table, item);
	bool sorted = key.sort.type != ATTRIBUTE_NULL;
	bytea *suffix = DatumGetByteaPP(KeySuffix(&key.partition, sorted ? &key.sort : NULL));
	int length = VARSIZE_ANY_EXHDR(suffix);

	if (length > CHANGED_KEY_SIZE - 2)
		elog(ERROR, "a key has a suffix of %d bytes", length);
	memset(changed, 0, sizeof(ChangedKey));
	changed->key[0] = (char) length;
	memcpy(changed->key + 1, VARDATA_ANY(suffix), length);
}

bool
ChangedKeyIsOfPass(const ChangedKey *key, uint32 pass, uint32 passes)
{
	return hash_bytes((const unsigned char *) key->key, CHANGED_KEY_SIZE) % passes == pass;
}

/*
 * The backend's cache of parsed texts, by parser, kind and text. Each entry has a
 * memory context of its own, which eviction deletes. Entries in use are pinned:
 * a callback of the user's memory context unpins them. The least recently used
 * unpinned entries go first when the cache outgrows its bounds.
 */
#include "expr/cache.h"

#include "expr/syntax/parser.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/memutils.h"

#define MAX_CACHED_TEXTS 1000
#define MAX_CACHED_BYTES (4 * 1024 * 1024)

typedef struct CacheKey
{
	TextParser parse;
	int kind;
	Bytes text;
} CacheKey;

typedef struct CachedText
{
	dlist_node use; /* in cache_uses */
	MemoryContext context;
	Size size;
	int pins;
	CacheKey key;
	void *parsed;
} CachedText;

typedef struct CacheSlot
{
	CacheKey key; /* the text is the entry's own */
	uint32 hash;
	char status;
	CachedText *entry;
} CacheSlot;

static inline uint32
HashKey(CacheKey key)
{
	return hash_combine(hash_bytes((const unsigned char *) key.text.data, key.text.length),
	                    murmurhash32(key.kind + (uint32) (uintptr_t) key.parse));
}

static inline bool
KeysEqual(CacheKey a, CacheKey b)
{
	return a.parse == b.parse && a.kind == b.kind && BytesEqual(a.text, b.text);
}

#define SH_PREFIX slots
#define SH_ELEMENT_TYPE CacheSlot
#define SH_KEY_TYPE CacheKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) HashKey(key)
#define SH_EQUAL(table, a, b) KeysEqual(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, slot) (slot)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static MemoryContext cache_context;
static slots_hash *cache_slots;
static dlist_head cache_uses = DLIST_STATIC_INIT(cache_uses); /* the latest first */
static Size cache_bytes;

static void
CreateCache(void)
{
	MemoryContext context =
	    AllocSetContextCreate(CacheMemoryContext, "dynamo expressions", ALLOCSET_DEFAULT_SIZES);

	cache_slots = slots_create(context, 128, NULL);
	cache_context = context;
}

static void
Unpin(void *entry)
{
	((CachedText *) entry)->pins--;
}

static void
Pin(CachedText *entry)
{
	MemoryContextCallback *callback = palloc(sizeof(MemoryContextCallback));

	callback->func = Unpin;
	callback->arg = entry;
	entry->pins++;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
}

static void
Evict(CachedText *entry)
{
	slots_delete(cache_slots, entry->key);
	dlist_delete(&entry->use);
	cache_bytes -= entry->size;
	MemoryContextDelete(entry->context);
}

/* Walks from the least recently used entry; what is pinned stays. */
static void
KeepBounds(void)
{
	dlist_node *node = dlist_is_empty(&cache_uses) ? NULL : dlist_tail_node(&cache_uses);

	while (node != NULL &&
	       (cache_slots->members > MAX_CACHED_TEXTS || cache_bytes > MAX_CACHED_BYTES))
	{
		CachedText *entry = dlist_container(CachedText, use, node);

		node = dlist_has_prev(&cache_uses, node) ? dlist_prev_node(&cache_uses, node) : NULL;
		if (entry->pins == 0)
			Evict(entry);
	}
}

/* Parses under the current context, so that an error leaves nothing behind. */
static CachedText *
MakeEntry(CacheKey key)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo expression", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	CachedText *entry = palloc0(sizeof(CachedText));

	entry->context = context;
	entry->key = key;
	entry->key.text.data = memcpy(palloc(key.text.length + 1), key.text.data, key.text.length);
	entry->parsed = key.parse(key.kind, entry->key.text);
	entry->size = MemoryContextMemAllocated(context, true);
	MemoryContextSwitchTo(caller);
	return entry;
}

static CachedText *
AddEntry(CacheKey key)
{
	CachedText *entry = MakeEntry(key);
	bool found;
	CacheSlot *slot = slots_insert(cache_slots, entry->key, &found);

	Assert(!found);
	slot->entry = entry;
	MemoryContextSetParent(entry->context, cache_context);
	dlist_push_head(&cache_uses, &entry->use);
	cache_bytes += entry->size;
	return entry;
}

const void *
ParseTextCached(TextParser parse, int kind, Bytes text)
{
	CacheKey key = { parse, kind, text };
	CacheSlot *slot;
	CachedText *entry;

	if (cache_context == NULL)
		CreateCache();
	slot = slots_lookup(cache_slots, key);
	if (slot != NULL)
	{
		entry = slot->entry;
		dlist_move_head(&cache_uses, &entry->use);
		Pin(entry);
	}
	else
	{
		entry = AddEntry(key);
		Pin(entry);
		KeepBounds();
	}
	return entry->parsed;
}

static void *
ParseExpressionText(int kind, Bytes text)
{
	return ParseExpression(kind, text);
}

const ParsedExpression *
ParseCached(ExpressionKind kind, Bytes text)
{
	return ParseTextCached(ParseExpressionText, kind, text);
}

/*
 * The backend's cache of parsed expressions, by kind and text. Each entry has a
 * memory context of its own, which eviction deletes. Entries in use are pinned:
 * a callback of the user's memory context unpins them. The least recently used
 * unpinned entries go first when the cache outgrows its bounds.
 */
#include "expr/cache.h"

#include "expr/parser.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/memutils.h"

#define MAX_CACHED_EXPRESSIONS 1000
#define MAX_CACHED_BYTES (4 * 1024 * 1024)

typedef struct CachedExpression
{
	dlist_node use; /* in cache_uses */
	MemoryContext context;
	Size size;
	int pins;
	ExpressionKind kind;
	Bytes text;
	ParsedExpression *parsed;
} CachedExpression;

typedef struct CacheKey
{
	ExpressionKind kind;
	Bytes text;
} CacheKey;

typedef struct CacheSlot
{
	CacheKey key; /* the text is the entry's own */
	uint32 hash;
	char status;
	CachedExpression *entry;
} CacheSlot;

static inline uint32
HashKey(CacheKey key)
{
	return hash_combine(hash_bytes((const unsigned char *) key.text.data, key.text.length),
	                    murmurhash32(key.kind));
}

static inline bool
KeysEqual(CacheKey a, CacheKey b)
{
	return a.kind == b.kind && BytesEqual(a.text, b.text);
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
	((CachedExpression *) entry)->pins--;
}

static void
Pin(CachedExpression *entry)
{
	MemoryContextCallback *callback = palloc(sizeof(MemoryContextCallback));

	callback->func = Unpin;
	callback->arg = entry;
	entry->pins++;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
}

static void
Evict(CachedExpression *entry)
{
	slots_delete(cache_slots, (CacheKey){ entry->kind, entry->text });
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
	       (cache_slots->members > MAX_CACHED_EXPRESSIONS || cache_bytes > MAX_CACHED_BYTES))
	{
		CachedExpression *entry = dlist_container(CachedExpression, use, node);

		node = dlist_has_prev(&cache_uses, node) ? dlist_prev_node(&cache_uses, node) : NULL;
		if (entry->pins == 0)
			Evict(entry);
	}
}

/* Parses under the current context, so that an error leaves nothing behind. */
static CachedExpression *
MakeEntry(ExpressionKind kind, Bytes text)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo expression", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	CachedExpression *entry = palloc0(sizeof(CachedExpression));

	entry->context = context;
	entry->kind = kind;
	entry->text = (Bytes){ memcpy(palloc(text.length + 1), text.data, text.length), text.length };
	entry->parsed = ParseExpression(kind, entry->text);
	entry->size = MemoryContextMemAllocated(context, true);
	MemoryContextSwitchTo(caller);
	return entry;
}

static CachedExpression *
AddEntry(ExpressionKind kind, Bytes text)
{
	CachedExpression *entry = MakeEntry(kind, text);
	bool found;
	CacheSlot *slot = slots_insert(cache_slots, (CacheKey){ kind, entry->text }, &found);

	Assert(!found);
	slot->entry = entry;
	MemoryContextSetParent(entry->context, cache_context);
	dlist_push_head(&cache_uses, &entry->use);
	cache_bytes += entry->size;
	return entry;
}

const ParsedExpression *
ParseCached(ExpressionKind kind, Bytes text)
{
	CacheSlot *slot;
	CachedExpression *entry;

	if (cache_context == NULL)
		CreateCache();
	slot = slots_lookup(cache_slots, (CacheKey){ kind, text });
	if (slot != NULL)
	{
		entry = slot->entry;
		dlist_move_head(&cache_uses, &entry->use);
		Pin(entry);
	}
	else
	{
		entry = AddEntry(kind, text);
		Pin(entry);
		KeepBounds();
	}
	return entry->parsed;
}

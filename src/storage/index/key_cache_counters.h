/*
 * How often the key cache has led to a row.
 */
#ifndef DYNAMO_KEY_CACHE_COUNTERS_H
#define DYNAMO_KEY_CACHE_COUNTERS_H

#include "postgres.h"

#include "port/atomics.h"

/* One session's; no other writes it. Alone in its line of the processor's cache. */
typedef union KeyCacheCounters
{
	struct
	{
		pg_atomic_uint64 hits;   /* rows found where the cache said */
		pg_atomic_uint64 misses; /* searches of a key index that the cache could not replace */
	};
	char padding[PG_CACHE_LINE_SIZE];
} KeyCacheCounters;

/* Where this session counts; NULL: nowhere yet, or there is no cache. */
extern KeyCacheCounters *key_cache_counters;

extern void KeyCacheCountersInit(void);

/* Finds the session its place, for KeyCacheCount. */
extern void KeyCacheCountersAttach(void);

/* All sessions' together, since the server started. False where nothing counts. */
extern bool KeyCacheCountersSum(uint64 *hits, uint64 *misses);

/* Counts a look-up of a key whose leaf the cache serves: a load, an addition and a store. */
static inline void
KeyCacheCount(bool hit)
{
	pg_atomic_uint64 *counter;

	if (unlikely(key_cache_counters == NULL))
	{
		KeyCacheCountersAttach();
		if (key_cache_counters == NULL)
			return;
	}
	counter = hit ? &key_cache_counters->hits : &key_cache_counters->misses;
	pg_atomic_write_u64(counter, pg_atomic_read_u64(counter) + 1);
}

#endif

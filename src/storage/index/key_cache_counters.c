/*
 * A place for each session that there may be, by the number of its process. The process that has
 * the number next counts on, so that the sums never fall, and nothing has to be handed over at a
 * session's end.
 */
#include "storage/index/key_cache_counters.h"

#include "miscadmin.h"
#include "storage/proc.h"

#include "compat.h"
#include "session/shared_memory.h"

KeyCacheCounters *key_cache_counters = NULL;

static KeyCacheCounters *all = NULL;

static Size
CountersSize(void)
{
	return MaxBackends * sizeof(KeyCacheCounters);
}

static void
Attach(void *memory, LWLock *lock)
{
	all = memory;
}

static const SharedMemory memory = {
	.name = "dynamo key cache counters",
	.size = CountersSize,
	.attach = Attach,
};

void
KeyCacheCountersInit(void)
{
	SharedMemoryAdd(&memory);
}

void
KeyCacheCountersAttach(void)
{
	int number = OwnProcNumber();

	if (all != NULL && number >= 0 && number < MaxBackends)
		key_cache_counters = &all[number];
}

bool
KeyCacheCountersSum(uint64 *hits, uint64 *misses)
{
	*hits = *misses = 0;
	for (int i = 0; i < MaxBackends && all != NULL; i++)
	{
		*hits += pg_atomic_read_u64(&all[i].hits);
		*misses += pg_atomic_read_u64(&all[i].misses);
	}
	return all != NULL;
}

/*
 * A place for each session that there may be, by the number of its process. Whoever has the number
 * next counts on, so that the sums never fall, and nothing has to be handed over at a session's
 * end.
 */
#include "storage/index/key_cache_counters.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/proc.h"

#include "compat.h"
#include "session/shared_memory.h"
#include "storage/index/key_cache.h"

PG_FUNCTION_INFO_V1(dynamo_key_cache_counters);

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

/* key_cache_counters(OUT places bigint, OUT hits bigint, OUT misses bigint) */
Datum
dynamo_key_cache_counters(PG_FUNCTION_ARGS)
{
	Datum values[3];
	bool nulls[3] = { false };
	TupleDesc columns;
	uint64 hits;
	uint64 misses;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (!KeyCacheCountersSum(&hits, &misses))
		memset(nulls, true, sizeof(nulls));
	values[0] = Int64GetDatum(KeyCachePlaces());
	values[1] = Int64GetDatum(hits);
	values[2] = Int64GetDatum(misses);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}

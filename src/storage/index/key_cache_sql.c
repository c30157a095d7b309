/*
 * The key cache as SQL sees it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "storage/index/key_cache.h"
#include "storage/index/key_cache_counters.h"

PG_FUNCTION_INFO_V1(dynamo_key_cache_counters);

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

/*
 * The samples of a table stand in a ring. What was read for the sample before is kept beside it, so
 * that a sample is a difference; after a reset it is what has been counted since.
 */
#include "metrics/history.h"

#include "port/atomics.h"
#include "storage/lwlock.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define HISTORY_INTERVAL 60 /* seconds */

/* The counters of a table at one time. */
typedef struct Sums
{
	uint64 successes;
	uint64 counters[METRIC_COUNTERS];
	uint64 buckets[HISTOGRAM_BUCKETS];
} Sums;

typedef struct Place
{
	Oid database;
	char table[METRICS_MAX_NAME + 1];
	Sums before;
	Sums now; /* while a sample is taken */
	HistorySample samples[HISTORY_SAMPLES];
} Place;

/*
 * All but `next` is under the lock. Who finds that a sample is due sets `next` by
 * compare-and-swap, and takes the sample.
 */
typedef struct HistoryShared
{
	LWLock *lock;
	pg_atomic_uint64 next; /* a TimestampTz: when a sample is due; 0: the first */
	TimestampTz last;
	int taken; /* samples, ever */
	int places_used;
	Place places[HISTORY_TABLES];
} HistoryShared;

static HistoryShared *shared = NULL;

static Size
SharedSize(void)
{
	return sizeof(HistoryShared);
}

static void
Attach(void *memory, LWLock *lock)
{
	shared = memory;
	shared->lock = lock;
	shared->places_used = 1;
	shared->last = GetCurrentTimestamp();
}

static const SharedMemory memory = {
	.name = "dynamo metrics history",
	.size = SharedSize,
	.tranche = "dynamo_metrics_history",
	.attach = Attach,
};

void
HistoryInit(void)
{
	SharedMemoryAdd(&memory);
}

/* --- taking a sample --- */

static void
AddTotal(Sums *sums, const MetricsTotal *total)
{
	sums->successes += total->successes;
	for (int i = 0; i < METRIC_COUNTERS; i++)
		sums->counters[i] += total->counters[i];
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		sums->buckets[i] += total->buckets[i];
}

/* NULL where the table has no place, and there is none left. */
static Place *
PlaceOf(const MetricsTotal *total)
{
	for (int i = 1; i < shared->places_used; i++)
	{
		Place *place = &shared->places[i];

		if (place->database == total->database && strcmp(place->table, total->table) == 0)
			return place;
	}
	if (shared->places_used == HISTORY_TABLES)
		return NULL;
	shared->places[shared->places_used].database = total->database;
	strlcpy(shared->places[shared->places_used].table, total->table, METRICS_MAX_NAME + 1);
	return &shared->places[shared->places_used++];
}

static void
Gather(void)
{
	MetricsTotal total;
	int count = MetricsSeriesCount();

	for (int i = 0; i < shared->places_used; i++)
		memset(&shared->places[i].now, 0, sizeof(Sums));
	for (int i = 0; i < count; i++)
	{
		Place *place;

		MetricsRead(i, &total);
		AddTotal(&shared->places[0].now, &total);
		if (total.table[0] != '\0' && (place = PlaceOf(&total)) != NULL)
			AddTotal(&place->now, &total);
	}
}

static uint64
Since(uint64 before, uint64 now)
{
	return now >= before ? now - before : now;
}

static uint64
Counted(const Place *place, MetricsCounter counter)
{
	return Since(place->before.counters[counter], place->now.counters[counter]);
}

static void
TakeSample(Place *place, HistorySample *sample)
{
	uint64 buckets[HISTOGRAM_BUCKETS];

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		buckets[i] = Since(place->before.buckets[i], place->now.buckets[i]);
	sample->failed = Counted(place, METRIC_FAILED);
	sample->requests = Since(place->before.successes, place->now.successes) + sample->failed;
	sample->throttled = Counted(place, METRIC_THROTTLED);
	sample->user_errors = Counted(place, METRIC_USER_ERRORS);
	sample->system_errors = Counted(place, METRIC_SYSTEM_ERRORS);
	sample->items = Counted(place, METRIC_ITEMS);
	sample->bytes = Counted(place, METRIC_BYTES);
	sample->read_units = Counted(place, METRIC_READ_UNITS) / 2.0;
	sample->write_units = Counted(place, METRIC_WRITE_UNITS) / 2.0;
	sample->p50 = HistogramPercentile(buckets, 0.5);
	sample->p99 = HistogramPercentile(buckets, 0.99);
	place->before = place->now;
}

static void
TakeAll(TimestampTz now)
{
	int at = shared->taken % HISTORY_SAMPLES;

	Gather();
	for (int i = 0; i < shared->places_used; i++)
	{
		HistorySample *sample = &shared->places[i].samples[at];

		memset(sample, 0, sizeof(HistorySample));
		sample->at = now;
		sample->seconds = Max((now - shared->last) / USECS_PER_SEC, 1);
		TakeSample(&shared->places[i], sample);
	}
	shared->last = now;
	shared->taken++;
}

/* One that is too far away is of a clock that has been set back. */
static bool
IsDue(TimestampTz now, TimestampTz next)
{
	return now >= next || next - now > HISTORY_INTERVAL * USECS_PER_SEC;
}

void
HistoryTick(void)
{
	uint64 next;
	TimestampTz now;

	if (shared == NULL)
		return;
	now = GetCurrentTimestamp();
	next = pg_atomic_read_u64(&shared->next);
	if (!IsDue(now, next))
		return;
	if (!pg_atomic_compare_exchange_u64(&shared->next, &next,
	                                    now + HISTORY_INTERVAL * USECS_PER_SEC))
		return;
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	TakeAll(now);
	LWLockRelease(shared->lock);
}

/* --- reading --- */

void
HistoryVisit(HistoryVisitor visit, void *argument)
{
	Place *copy;

	if (shared == NULL)
		return;
	copy = palloc(sizeof(Place));
	for (int i = 0; i < HISTORY_TABLES; i++)
	{
		int taken;

		LWLockAcquire(shared->lock, LW_SHARED);
		taken = i < shared->places_used ? shared->taken : 0;
		*copy = shared->places[i];
		LWLockRelease(shared->lock);
		for (int n = Max(taken - HISTORY_SAMPLES, 0); n < taken; n++)
		{
			const HistorySample *sample = &copy->samples[n % HISTORY_SAMPLES];

			if (sample->at != 0)
				visit(copy->database, copy->table, sample, argument);
		}
	}
	pfree(copy);
}

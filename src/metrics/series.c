/*
 * Every series has a cell in each of some slabs. A process adds to the cells of one slab: an HTTP
 * worker to its own as long as there are no more of them than half the slabs, sessions to the other
 * half by turns. Readers add up. So no lock is taken, and cache lines seldom move.
 *
 * Series are found by a hash table that only grows: a slot is read without a lock, and written
 * once, under the lock.
 */
#include "metrics/series.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define SLABS 16
#define WORKER_SLABS 8
#define EXAMPLE_AGE (60 * USECS_PER_SEC)

/*
 * A request that stands for others. Who finds `version` even makes it odd by compare-and-swap,
 * writes, and makes it even again; who does not goes without. A reader takes what it has read where
 * the version was the same even number before and after.
 */
typedef struct Example
{
	pg_atomic_uint32 version;
	pg_atomic_uint64 at; /* read without the version */
	pg_atomic_uint64 microseconds;
	char request_id[METRICS_MAX_REQUEST_ID + 1];
} Example;

/* Only added to, but by MetricsReset, which exchanges each number for 0. */
typedef struct Cell
{
	pg_atomic_uint64 counters[METRIC_COUNTERS];
	pg_atomic_uint64 buckets[HISTOGRAM_BUCKETS];
	Example example;
} Cell;

/* Written under the lock before the slot that names it; never changed. */
typedef struct Key
{
	Oid database;
	uint32 hash;
	uint16 table_length;
	uint16 index_length;
	char operation[METRICS_MAX_OPERATION + 1];
	char table[METRICS_MAX_NAME + 1];
	char index[METRICS_MAX_NAME + 1];
} Key;

typedef struct MetricsShared
{
	LWLock *lock;            /* of those who make series */
	pg_atomic_uint32 count;  /* of series; grows under the lock, when the key is there */
	TimestampTz reset_at;    /* under the lock */
	int room;                /* series, with series 0; fixed at the server's start */
	uint32 mask;             /* of slots; the same */
	pg_atomic_uint32 *slots; /* 0, or a series: stored under the lock, behind its key */
	Key *keys;
	char *cells; /* of CellSize each; slab by slab */
} MetricsShared;

static int max_series = 1000;
static bool enabled = true;

bool metrics_consumed_capacity = false;

static MetricsShared *shared = NULL;
static int own_slab = -1;

/* --- shared memory --- */

static Size
CellSize(void)
{
	return CACHELINEALIGN(sizeof(Cell));
}

static uint32
SlotCount(void)
{
	return pg_nextpower2_32((uint32) max_series * 2 + 2);
}

static Size
SlotsOffset(void)
{
	return CACHELINEALIGN(sizeof(MetricsShared));
}

static Size
KeysOffset(void)
{
	return CACHELINEALIGN(SlotsOffset() + SlotCount() * sizeof(pg_atomic_uint32));
}

static Size
CellsOffset(void)
{
	return CACHELINEALIGN(KeysOffset() + (max_series + 1) * sizeof(Key));
}

static Size
SharedSize(void)
{
	/* ShmemInitStruct aligns to cache lines. */
	return add_size(CellsOffset(), mul_size(mul_size(SLABS, max_series + 1), CellSize()));
}

/* All zeros is what atomics begin with, so that cells that are not used take no memory. */
static void
Attach(void *memory, LWLock *lock)
{
	char *base = memory;

	shared = memory;
	shared->lock = lock;
	shared->room = max_series + 1;
	shared->mask = SlotCount() - 1;
	shared->slots = (pg_atomic_uint32 *) (base + SlotsOffset());
	shared->keys = (Key *) (base + KeysOffset());
	shared->cells = base + CellsOffset();
	strlcpy(shared->keys[SERIES_OTHER].operation, "other", METRICS_MAX_OPERATION);
	pg_atomic_init_u32(&shared->count, 1);
	shared->reset_at = GetCurrentTimestamp();
}

static const SharedMemory memory = {
	.name = "dynamo metrics",
	.size = SharedSize,
	.tranche = "dynamo_metrics",
	.attach = Attach,
};

void
MetricsInit(void)
{
	DefineCustomBoolVariable("dynamo.metrics", "Counts requests, their latencies and errors.",
	                         "Where the library is not preloaded nothing is counted.", &enabled,
	                         true, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable(
	    "dynamo.metrics_consumed_capacity",
	    "Counts the capacity units that requests consume of every table.",
	    "Those of tables whose throughput is enforced or scaled are counted in any case.",
	    &metrics_consumed_capacity, false, PGC_SIGHUP, 0, NULL, NULL, NULL);
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable("dynamo.metrics_max_series",
	                        "Operations on tables and indexes that are counted each by itself.",
	                        "What comes later counts as \"other\".", &max_series, 1000, 10, 10000,
	                        PGC_POSTMASTER, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
}

bool
MetricsAreOn(void)
{
	return shared != NULL && enabled;
}

void
MetricsAttachWorker(int worker)
{
	own_slab = worker % WORKER_SLABS;
}

static Cell *
CellAt(int slab, int series)
{
	return (Cell *) (shared->cells + ((Size) slab * shared->room + series) * CellSize());
}

static Cell *
OwnCell(int series)
{
	if (unlikely(own_slab < 0))
		own_slab = WORKER_SLABS + MyProcPid % (SLABS - WORKER_SLABS);
	return CellAt(own_slab, series);
}

/* --- finding a series --- */

static uint32
HashName(Bytes name)
{
	return name.length > 0 ? hash_bytes((const unsigned char *) name.data, name.length) : 0;
}

/* Names of operations are constants: where they lie is as good as what they are. */
static uint32
HashOf(const MetricsSubject *subject)
{
	uint32 hash = HashName(subject->table);

	if (subject->index.length > 0)
		hash = hash_combine(hash, HashName(subject->index));
	return hash ^ (MyDatabaseId * 0x9e3779b1U) ^
	       (uint32) ((uintptr_t) subject->operation * 0x85ebca6bU);
}

static bool
KeyIsOf(const Key *key, const MetricsSubject *subject, uint32 hash)
{
	return key->hash == hash && key->database == MyDatabaseId &&
	       key->table_length == subject->table.length &&
	       key->index_length == subject->index.length &&
	       memcmp(key->table, subject->table.data, key->table_length) == 0 &&
	       (key->index_length == 0 ||
	        memcmp(key->index, subject->index.data, key->index_length) == 0) &&
	       strcmp(key->operation, subject->operation) == 0;
}

/* The series, or SERIES_NONE; *slot is then where it would stand. There is always a free slot. */
static int
Find(const MetricsSubject *subject, uint32 hash, uint32 *slot)
{
	for (*slot = hash & shared->mask;; *slot = (*slot + 1) & shared->mask)
	{
		uint32 series = pg_atomic_read_u32(&shared->slots[*slot]);

		if (series == 0)
			return SERIES_NONE;
		pg_read_barrier();
		if (KeyIsOf(&shared->keys[series], subject, hash))
			return series;
	}
}

static void
CopyName(char *copy, uint16 *length, Bytes name)
{
	*length = name.length;
	if (name.length > 0)
		memcpy(copy, name.data, name.length);
	copy[name.length] = '\0';
}

/* Under the lock. */
static int
Make(const MetricsSubject *subject, uint32 hash, uint32 slot)
{
	int series = pg_atomic_read_u32(&shared->count);
	Key *key = &shared->keys[series];

	if (series >= shared->room)
		return SERIES_OTHER;
	key->database = MyDatabaseId;
	key->hash = hash;
	strlcpy(key->operation, subject->operation, sizeof(key->operation));
	CopyName(key->table, &key->table_length, subject->table);
	CopyName(key->index, &key->index_length, subject->index);
	pg_write_barrier();
	pg_atomic_write_u32(&shared->slots[slot], series);
	pg_atomic_write_u32(&shared->count, series + 1);
	return series;
}

static int
FindOrMake(const MetricsSubject *subject, uint32 hash)
{
	uint32 slot;
	int series;

	/* Once there is no room the lock is not taken for what will not be found. */
	if (pg_atomic_read_u32(&shared->count) >= shared->room)
		return SERIES_OTHER;
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	series = Find(subject, hash, &slot);
	if (series == SERIES_NONE)
		series = Make(subject, hash, slot);
	LWLockRelease(shared->lock);
	return series;
}

int
MetricsSeries(const MetricsSubject *subject)
{
	uint32 hash;
	uint32 slot;
	int series;

	if (!MetricsAreOn())
		return SERIES_NONE;
	if (subject->table.length > METRICS_MAX_NAME || subject->index.length > METRICS_MAX_NAME)
		return SERIES_OTHER;
	hash = HashOf(subject);
	series = Find(subject, hash, &slot);
	return likely(series != SERIES_NONE) ? series : FindOrMake(subject, hash);
}

/* --- counting --- */

void
MetricsAdd(int series, MetricsCounter counter, uint64 value)
{
	if (series != SERIES_NONE && value > 0)
		pg_atomic_fetch_add_u64(&OwnCell(series)->counters[counter], value);
}

static void
WriteExample(Example *example, uint64 microseconds, const char *request_id)
{
	uint32 version = pg_atomic_read_u32(&example->version);

	if (version % 2 != 0 ||
	    !pg_atomic_compare_exchange_u32(&example->version, &version, version + 1))
		return;
	pg_atomic_write_u64(&example->at, GetCurrentTimestamp());
	pg_atomic_write_u64(&example->microseconds, microseconds);
	strlcpy(example->request_id, request_id, sizeof(example->request_id));
	pg_write_barrier();
	pg_atomic_write_u32(&example->version, version + 2);
}

/* A slower one than there is; an old one goes when one of at least half its latency comes. */
static bool
IsExemplary(Example *example, uint64 microseconds)
{
	uint64 slowest = pg_atomic_read_u64(&example->microseconds);

	if (microseconds > slowest)
		return true;
	return microseconds > slowest / 2 &&
	       GetCurrentTimestamp() - (TimestampTz) pg_atomic_read_u64(&example->at) > EXAMPLE_AGE;
}

void
MetricsSuccess(int series, uint64 microseconds, uint64 bytes, const char *request_id)
{
	Cell *cell;

	if (series == SERIES_NONE)
		return;
	cell = OwnCell(series);
	pg_atomic_fetch_add_u64(&cell->buckets[HistogramBucket(microseconds)], 1);
	pg_atomic_fetch_add_u64(&cell->counters[METRIC_LATENCY], microseconds);
	pg_atomic_fetch_add_u64(&cell->counters[METRIC_BYTES], bytes);
	if (request_id != NULL && unlikely(IsExemplary(&cell->example, microseconds)))
		WriteExample(&cell->example, microseconds, request_id);
}

/* --- reading --- */

int
MetricsSeriesCount(void)
{
	int count;

	if (shared == NULL)
		return 0;
	count = pg_atomic_read_u32(&shared->count);
	pg_read_barrier();
	return count;
}

int
MetricsMaxSeries(void)
{
	return max_series;
}

static void
ReadExample(Example *example, MetricsExample *best)
{
	MetricsExample read;
	uint32 version = pg_atomic_read_u32(&example->version);

	pg_read_barrier();
	read.at = pg_atomic_read_u64(&example->at);
	read.microseconds = pg_atomic_read_u64(&example->microseconds);
	memcpy(read.request_id, example->request_id, sizeof(read.request_id));
	pg_read_barrier();
	if (version % 2 != 0 || pg_atomic_read_u32(&example->version) != version || read.at == 0)
		return;
	read.request_id[METRICS_MAX_REQUEST_ID] = '\0';
	if (best->at == 0 || read.microseconds > best->microseconds)
		*best = read;
}

static void
AddCell(Cell *cell, MetricsTotal *total)
{
	for (int i = 0; i < METRIC_COUNTERS; i++)
		total->counters[i] += pg_atomic_read_u64(&cell->counters[i]);
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
	{
		uint64 count = pg_atomic_read_u64(&cell->buckets[i]);

		total->buckets[i] += count;
		total->successes += count;
	}
	ReadExample(&cell->example, &total->example);
}

void
MetricsRead(int series, MetricsTotal *total)
{
	const Key *key = &shared->keys[series];

	memset(total, 0, sizeof(MetricsTotal));
	total->database = key->database;
	strlcpy(total->operation, key->operation, sizeof(total->operation));
	strlcpy(total->table, key->table, sizeof(total->table));
	strlcpy(total->index, key->index, sizeof(total->index));
	for (int slab = 0; slab < SLABS; slab++)
		AddCell(CellAt(slab, series), total);
}

const char *
MetricsTableOf(int series)
{
	return series == SERIES_NONE ? "" : shared->keys[series].table;
}

static void
ResetCell(Cell *cell)
{
	for (int i = 0; i < METRIC_COUNTERS; i++)
		(void) pg_atomic_exchange_u64(&cell->counters[i], 0);
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		(void) pg_atomic_exchange_u64(&cell->buckets[i], 0);
	pg_atomic_write_u64(&cell->example.microseconds, 0);
	pg_atomic_write_u64(&cell->example.at, 0);
}

void
MetricsReset(void)
{
	int count = MetricsSeriesCount();

	for (int slab = 0; slab < SLABS && count > 0; slab++)
	{
		for (int series = 0; series < count; series++)
			ResetCell(CellAt(slab, series));
	}
	if (shared == NULL)
		return;
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	shared->reset_at = GetCurrentTimestamp();
	LWLockRelease(shared->lock);
}

TimestampTz
MetricsResetAt(void)
{
	TimestampTz at;

	LWLockAcquire(shared->lock, LW_SHARED);
	at = shared->reset_at;
	LWLockRelease(shared->lock);
	return at;
}

/*
 * See region_clock.h. Clock and reserve only grow. Both are read without a lock; the reserve is put
 * forward under the lock, after WAL has it.
 */
#include "region/region_clock.h"

#include "access/xlog.h"
#include "catalog/pg_replication_origin.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "replication/origin.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define ORIGIN "dynamo_clock"
#define DELETION_PLACES 8192

typedef struct RegionClock
{
	pg_atomic_uint64 clock;
	pg_atomic_uint64 reserved; /* 0: not yet read since the server was started */
	pg_atomic_uint64 deletions[DELETION_PLACES];
} RegionClock;

static RegionClock *shared = NULL;
static LWLock *reserve_lock;
static int region_number = 0;

static Size
ClockSize(void)
{
	return region_number == 0 ? 0 : sizeof(RegionClock);
}

static void
Attach(void *memory, LWLock *lock)
{
	shared = memory;
	reserve_lock = lock;
}

static const SharedMemory memory = {
	.name = "dynamo region clock",
	.size = ClockSize,
	.tranche = "dynamo_region_clock",
	.attach = Attach,
};

void
RegionClockInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable(
	    "dynamo.region_number", "Number of this region among those of global tables.",
	    "No other region has the same, and it never changes. 0: the server has"
	    " no global tables.",
	    &region_number, 0, 0, MAX_REGION_NUMBER, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
}

int
RegionNumber(void)
{
	return shared == NULL ? 0 : region_number;
}

int
RegionNumberSetting(void)
{
	return region_number;
}

void
RegionClockPrepare(void)
{
	if (replorigin_by_name(ORIGIN, true) == InvalidRepOriginId)
		(void) replorigin_create(ORIGIN);
}

/* Values only grow. */
static void
Raise(pg_atomic_uint64 *value, uint64 to)
{
	uint64 now = pg_atomic_read_u64(value);

	while (now < to && !pg_atomic_compare_exchange_u64(value, &now, to))
		;
}

/* An origin's progress is a place in WAL: 64 bits that are ours to use. */
static void
ReserveUpTo(Tick tick)
{
	RepOriginId origin = replorigin_by_name(ORIGIN, false);
	uint64 reserve = (uint64) tick + CLOCK_RESERVE;

	LWLockAcquire(reserve_lock, LW_EXCLUSIVE);
	if (pg_atomic_read_u64(&shared->reserved) == 0)
		Raise(&shared->clock, replorigin_get_progress(origin, false));
	reserve = Max(reserve, pg_atomic_read_u64(&shared->clock) + CLOCK_RESERVE);
	if (pg_atomic_read_u64(&shared->reserved) <= (uint64) tick)
	{
		replorigin_advance(origin, reserve, InvalidXLogRecPtr, false, true);
		pg_atomic_write_u64(&shared->reserved, reserve);
	}
	LWLockRelease(reserve_lock);
}

static void
Prepare(void)
{
	if (shared == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("a table that has replicas takes dynamo.region_number, and dynamo in"
		                       " shared_preload_libraries")));
	if (pg_atomic_read_u64(&shared->reserved) == 0)
		ReserveUpTo(GetCurrentTimestamp());
}

Stamp
RegionStamp(void)
{
	Tick wall = GetCurrentTimestamp();
	uint64 clock;
	Tick tick;

	Prepare();
	clock = pg_atomic_read_u64(&shared->clock);
	do
		tick = ClockNext(clock, wall);
	while (!pg_atomic_compare_exchange_u64(&shared->clock, &clock, tick));
	if ((uint64) tick >= pg_atomic_read_u64(&shared->reserved))
		ReserveUpTo(tick);
	return StampMake(tick, region_number);
}

void
RegionClockFollow(Stamp seen)
{
	Prepare();
	Raise(&shared->clock, StampTick(seen));
	if ((uint64) StampTick(seen) >= pg_atomic_read_u64(&shared->reserved))
		ReserveUpTo(StampTick(seen));
}

int64
RegionClockLead(void)
{
	uint64 clock = shared == NULL ? 0 : pg_atomic_read_u64(&shared->clock);

	return clock == 0 ? 0 : (int64) clock - GetCurrentTimestamp();
}

void
RegionNoteDeletion(uint64 hash, Stamp stamp)
{
	if (shared != NULL)
		Raise(&shared->deletions[hash % DELETION_PLACES], stamp);
}

Stamp
RegionLastDeletion(uint64 hash)
{
	return shared == NULL ? 0 : pg_atomic_read_u64(&shared->deletions[hash % DELETION_PLACES]);
}

/*
 * Regions of a global table in one process: they write, lose their connections, crash, join and
 * copy, by the functions of src/region/stamp.h. In the end, when all has been delivered, every
 * region must have the same items.
 *
 * Keys come in windows that move on, so that many keys have their last writes at any moment of the
 * history and not only at its end, when all is quiet. Each design that is known to be wrong is run,
 * too, and must be found out.
 */
#include "postgres.h"

#include "region/stamp.h"

#undef printf /* the server's own is not linked */

#define REGIONS 4 /* the last joins halfway */
#define WINDOW 12
#define WINDOW_STEPS 300
#define STEP_TICKS 1000 /* a millisecond */
#define RUN_STEPS 20000
#define KEYS (RUN_STEPS / WINDOW_STEPS * WINDOW + 2 * WINDOW)

/* What is wrong on purpose. */
typedef enum Design
{
	RIGHT,
	WALL_CLOCK,         /* stamps are the skewed time */
	COARSE_WALL_CLOCK,  /* clocks agree, but stand still for a while */
	CLOCK_NOT_FOLLOWED, /* of stamps of others */
	CLOCK_NOT_RESERVED, /* a crash takes it back */
	NO_REGION_IN_STAMP,
	NO_TOMBSTONES,
	TOMBSTONES_TOO_SHORT,
	LAST_ARRIVAL_WINS,
	STALE_INSERTS, /* a local insert keeps the stamp that it took before it held the key */
	JOIN_WITHOUT_TOMBSTONES,
	JOIN_FROM_ONE, /* what the others have not sent to that one is not fetched */
	DESIGNS
} Design;

static const char *const design_names[] = {
	"right",        "wall clock",          "coarse wall clock",       "clock not followed",
	"no reserve",   "no region in stamps", "no tombstones",           "tombstones too short",
	"last arrival", "stale inserts",       "join without tombstones", "join from one region",
};

typedef struct Version
{
	KeyVersion known;
	int value;
	int deleted_step;
} Version;

typedef struct LogEntry
{
	int key;
	Stamp stamp;
	bool deletes;
	int value;
} LogEntry;

typedef struct Region
{
	bool joined;
	Tick clock;
	Tick reserved;
	Tick skew;
	Version items[KEYS];
	LogEntry log[RUN_STEPS * 2];
	int log_length;
	int taken[REGIONS]; /* of the others' logs */
	bool apart[REGIONS];
} Region;

static Region regions[REGIONS];
static Design design;
static int step;
static int values;
static uint64 random_state;

static int
Random(int below)
{
	random_state =
	    random_state * UINT64CONST(6364136223846793005) + UINT64CONST(1442695040888963407);
	return (int) ((random_state >> 33) % (uint64) below);
}

/* --- the clock --- */

static Tick
Wall(const Region *region)
{
	Tick now = (Tick) (step + 1) * STEP_TICKS + INT64CONST(1000000000);

	if (design == COARSE_WALL_CLOCK)
		return now - now % (50 * STEP_TICKS);
	return now + region->skew;
}

static void
Reserve(Region *region)
{
	if (region->clock >= region->reserved)
		region->reserved = region->clock + CLOCK_RESERVE;
}

static Stamp
TakeStamp(Region *region)
{
	int number = design == NO_REGION_IN_STAMP ? 0 : (int) (region - regions) + 1;

	if (design == WALL_CLOCK || design == COARSE_WALL_CLOCK)
		return StampMake(Wall(region), number);
	region->clock = ClockNext(region->clock, Wall(region));
	Reserve(region);
	return StampMake(region->clock, number);
}

static void
Follow(Region *region, Stamp seen)
{
	if (design == CLOCK_NOT_FOLLOWED || design == WALL_CLOCK || design == COARSE_WALL_CLOCK)
		return;
	region->clock = ClockFollow(region->clock, seen);
	Reserve(region);
}

/* --- writes --- */

static void
Put(Version *version, Stamp stamp, int value)
{
	version->known.exists = true;
	version->known.stamp = stamp;
	version->value = value;
}

static void
Delete(Version *version, Stamp stamp)
{
	version->known.exists = false;
	version->known.stamp = 0;
	version->known.deleted = Max(version->known.deleted, stamp);
	version->deleted_step = step;
}

static void
Log(Region *region, int key, Stamp stamp, bool deletes, int value)
{
	region->log[region->log_length++] = (LogEntry){ key, stamp, deletes, value };
}

static void
LocalPut(Region *region, int key, Stamp stamp)
{
	Put(&region->items[key], stamp, ++values);
	Log(region, key, stamp, false, values);
}

static void
LocalDelete(Region *region, int key)
{
	Stamp stamp = TakeStamp(region);

	Delete(&region->items[key], stamp);
	Log(region, key, stamp, true, 0);
}

/* An insert that has taken its stamp waits for a transaction that deletes the key. */
static void
RacingInsert(Region *region, int key)
{
	Stamp stamp = TakeStamp(region);

	LocalDelete(region, key);
	if (design != STALE_INSERTS && InsertIsStale(stamp, region->items[key].known.deleted))
		stamp = TakeStamp(region);
	LocalPut(region, key, stamp);
}

static void
LocalWrite(Region *region, int key)
{
	bool exists = region->items[key].known.exists;

	if (exists && Random(10) == 0)
		RacingInsert(region, key);
	else if (exists && Random(3) == 0)
		LocalDelete(region, key);
	else
		LocalPut(region, key, TakeStamp(region));
}

/* --- between regions --- */

static KeyVersion
KnownOf(const Version *version)
{
	KeyVersion known = version->known;

	if (design == LAST_ARRIVAL_WINS)
		known.stamp = known.deleted = 0;
	if (design == NO_TOMBSTONES ||
	    (design == TOMBSTONES_TOO_SHORT && step - version->deleted_step > 100))
		known.deleted = 0;
	return known;
}

static void
Apply(Region *region, const LogEntry *entry)
{
	Version *version = &region->items[entry->key];
	KeyVersion known = KnownOf(version);

	Follow(region, entry->stamp);
	switch (DecideApply(&known, entry->stamp, entry->deletes))
	{
		case APPLY_NOTHING:
			break;
		case APPLY_PUT:
			Put(version, entry->stamp, entry->value);
			break;
		case APPLY_DELETE:
		case APPLY_TOMBSTONE:
			Delete(version, entry->stamp);
			break;
	}
}

static void
Deliver(Region *to, int from, int count)
{
	const Region *source = &regions[from];

	for (int i = 0; i < count && to->taken[from] < source->log_length; i++)
		Apply(to, &source->log[to->taken[from]++]);
}

static void
Copy(Region *to, const Region *from)
{
	for (int key = 0; key < KEYS; key++)
	{
		const Version *version = &from->items[key];

		if (version->known.exists)
			Apply(to, &(LogEntry){ key, version->known.stamp, false, version->value });
		if (version->known.deleted > 0 && design != JOIN_WITHOUT_TOMBSTONES)
			Apply(to, &(LogEntry){ key, version->known.deleted, true, 0 });
	}
}

/* The positions first: what is written while the copy is taken comes by the logs. */
static void
Join(Region *region)
{
	for (int from = 0; from < REGIONS; from++)
		region->taken[from] = regions[from].log_length;
	for (int from = 0; from < REGIONS; from++)
		if (regions[from].joined && (design != JOIN_FROM_ONE || from == 0))
			Copy(region, &regions[from]);
	region->joined = true;
}

static void
Crash(Region *region)
{
	region->clock = design == CLOCK_NOT_RESERVED ? 0 : region->reserved;
	for (int from = 0; from < REGIONS; from++)
	{
		int again = Random(20); /* of what was applied */

		region->taken[from] -= Min(again, region->taken[from]);
	}
}

/* --- a history --- */

static void
Trouble(void)
{
	Region *region = &regions[Random(REGIONS)];

	if (Random(400) == 0)
		region->apart[Random(REGIONS)] ^= true;
	if (Random(1500) == 0)
		region->skew = (Tick) (Random(480) - 180) * 1000000;
	if (Random(2500) == 0)
		Crash(region);
	if (Random(8000) == 0 && region->joined && regions[0].joined)
		Copy(region, &regions[0]);
}

static void
Step(void)
{
	Region *writer = &regions[Random(REGIONS)];
	Region *reader = &regions[Random(REGIONS)];
	int from = Random(REGIONS);

	Trouble();
	if (writer->joined)
		LocalWrite(writer, step / WINDOW_STEPS * WINDOW + Random(WINDOW + WINDOW / 2));
	if (reader->joined && reader != &regions[from] && !reader->apart[from])
		Deliver(reader, from, 1 + Random(40));
}

static int
Differences(void)
{
	int count = 0;

	for (int key = 0; key < KEYS; key++)
		for (int i = 1; i < REGIONS; i++)
		{
			const Version *one = &regions[0].items[key];
			const Version *other = &regions[i].items[key];

			if (one->known.exists == other->known.exists &&
			    (!one->known.exists || one->value == other->value))
				continue;
			count++;
			break;
		}
	return count;
}

static int
RunHistory(void)
{
	memset(regions, 0, sizeof(regions));
	values = 0;
	for (int i = 0; i < REGIONS - 1; i++)
		regions[i].joined = true;
	for (step = 0; step < RUN_STEPS; step++)
	{
		if (step == RUN_STEPS / 2)
			Join(&regions[REGIONS - 1]);
		Step();
	}
	for (int to = 0; to < REGIONS; to++)
		for (int from = 0; from < REGIONS; from++)
			if (to != from)
				Deliver(&regions[to], from, PG_INT32_MAX);
	return Differences();
}

/* A renewal that the region which expires the item has not seen wins, however late that is. */
static bool
RenewalWins(void)
{
	Stamp first = StampMake(1000, 1);
	Stamp renewed = StampMake(2000, 2);
	Stamp expired = ExpiryStamp(first, 3);
	KeyVersion here = { true, renewed, 0 };
	KeyVersion there = { false, 0, expired };

	return expired > first && DecideApply(&here, expired, true) == APPLY_NOTHING &&
	       DecideApply(&there, renewed, false) == APPLY_PUT;
}

static bool
Try(int runs)
{
	int diverged = 0;
	int keys = 0;

	for (int i = 0; i < runs; i++)
	{
		int differences = RunHistory();

		diverged += differences > 0;
		keys += differences;
	}
	printf("%-24s %3d of %3d histories diverged, %d keys\n", design_names[design], diverged, runs,
	       keys);
	return (design == RIGHT) == (diverged == 0);
}

int
main(int count, char **arguments)
{
	uint64 seed = strtoull(arguments[1], NULL, 10);
	int runs = Max(atoi(arguments[2]) / RUN_STEPS, 5);
	bool right = RenewalWins();

	for (design = RIGHT; design < DESIGNS; design++)
	{
		random_state = seed * 7919 + 1;
		right = Try(design == RIGHT ? runs : Max(runs / 5, 25)) && right;
	}
	return right ? 0 : 1;
}

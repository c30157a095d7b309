/*
 * Places in shared memory, and who takes them.
 */
#include "metrics/hotkeys/hot_keys.h"

#include "miscadmin.h"
#include "storage/lwlock.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define TRANCHE "dynamo_hot_keys"
#define WINDOW_USECS (HOT_KEY_WINDOW_MINUTES * USECS_PER_MINUTE)
/* Windows are numbered from a time before any clock's, so that there is none of number 0. */
#define FIRST_WINDOW (INT64CONST(1) << 40)

typedef struct PlaceKey
{
	Oid database; /* InvalidOid: the place is free */
	HotKeySource source;
} PlaceKey;

/*
 * `key` changes under the directory's lock, exclusively, and stays while that is held shared.
 * What stands behind `lock` is read and written under it, exclusively to count; it is taken
 * while the directory's is held.
 */
typedef struct Place
{
	PlaceKey key;
	LWLock lock;
	int64 used; /* the last window that was counted in */
	KeySketch sketches[HOT_KEY_KINDS];
} Place;

typedef struct HotKeysShared
{
	LWLock *lock; /* the directory's */
	Place places[FLEXIBLE_ARRAY_MEMBER];
} HotKeysShared;

static int max_places = 16;

static HotKeysShared *shared = NULL;

/* What could not be counted at once. */
typedef struct Standing
{
	HotKeySource source;
	HotKeyKind kind;
	int64 window;
	int64 times;
	HotKey key;
} Standing;

#define MAX_STANDING 32

static Standing standing[MAX_STANDING];
static int standing_count = 0;

/* --- shared memory --- */

static Size
SharedSize(void)
{
	return max_places == 0 ? 0 : offsetof(HotKeysShared, places) + sizeof(Place) * max_places;
}

static void
Attach(void *memory, LWLock *lock)
{
	shared = memory;
	shared->lock = lock;
	for (int i = 0; i < max_places; i++)
		LWLockInitialize(&shared->places[i].lock, lock->tranche);
}

static const SharedMemory memory = {
	.name = "dynamo hot keys",
	.size = SharedSize,
	.tranche = TRANCHE,
	.attach = Attach,
};

void
HotKeysInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable(
	    "dynamo.max_contributor_insights",
	    "Tables and global indexes whose most frequent keys are counted in shared memory.",
	    "Each takes about 200 kB, once it is used.", &max_places, 16, 0, 10000, PGC_POSTMASTER, 0,
	    NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
}

bool
HotKeysCanCount(void)
{
	return shared != NULL;
}

/* --- windows --- */

int64
HotKeyWindow(TimestampTz time)
{
	return FIRST_WINDOW + time / WINDOW_USECS;
}

TimestampTz
HotKeyWindowStart(int64 window)
{
	return (window - FIRST_WINDOW) * WINDOW_USECS;
}

/* --- places --- */

static bool
IsPlaceOf(const Place *place, HotKeySource source)
{
	return place->key.database == MyDatabaseId && place->key.source.relation == source.relation &&
	       place->key.source.index == source.index;
}

/* Under the directory's lock. The place that was found last is most often the next one's. */
static Place *
FindPlace(HotKeySource source)
{
	static int last = 0;

	if (IsPlaceOf(&shared->places[last], source))
		return &shared->places[last];
	for (int i = 0; i < max_places; i++)
	{
		if (IsPlaceOf(&shared->places[i], source))
			return &shared->places[last = i];
	}
	return NULL;
}

/*
 * A free place, or the one that has not been used for longest; NULL where all have been used in
 * this window. Under the directory's lock, exclusively, so that no other process has one's own.
 */
static Place *
FreePlace(int64 window)
{
	Place *oldest = NULL;

	for (int i = 0; i < max_places; i++)
	{
		Place *place = &shared->places[i];

		if (!OidIsValid(place->key.database))
			return place;
		if (place->used < window && (oldest == NULL || place->used < oldest->used))
			oldest = place;
	}
	return oldest;
}

static Place *
TakePlace(HotKeySource source, int64 window)
{
	Place *place = FindPlace(source);

	if (place != NULL)
		return place;
	place = FreePlace(window);
	if (place == NULL)
		return NULL;
	memset(place->sketches, 0, sizeof(place->sketches));
	place->used = window;
	place->key = (PlaceKey){ MyDatabaseId, source };
	return place;
}

/* The source's place, made where there is none, or NULL; with the directory's lock. */
static Place *
LockPlace(HotKeySource source, int64 window)
{
	Place *place;

	LWLockAcquire(shared->lock, LW_SHARED);
	place = FindPlace(source);
	if (place != NULL)
		return place;
	LWLockRelease(shared->lock);
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	return TakePlace(source, window);
}

bool
HotKeysHaveRoom(HotKeySource source)
{
	bool has_room;

	if (shared == NULL)
		return false;
	LWLockAcquire(shared->lock, LW_SHARED);
	has_room = FindPlace(source) != NULL || FreePlace(HotKeyWindow(GetCurrentTimestamp())) != NULL;
	LWLockRelease(shared->lock);
	return has_room;
}

/* --- counting --- */

/* False where another process is at the place and `wait` is not set. */
static bool
CountNow(const Standing *count, bool wait)
{
	Place *place = LockPlace(count->source, count->window);
	bool done = true;

	if (place != NULL && wait)
		LWLockAcquire(&place->lock, LW_EXCLUSIVE);
	else if (place != NULL)
		done = LWLockConditionalAcquire(&place->lock, LW_EXCLUSIVE);
	if (place != NULL && done)
	{
		place->used = Max(place->used, count->window);
		KeySketchCount(&place->sketches[count->kind], count->window, &count->key, count->times);
		LWLockRelease(&place->lock);
	}
	LWLockRelease(shared->lock);
	return done;
}

/* Counts what stands over, up to the first that cannot be counted without waiting. */
static void
CountStanding(bool wait)
{
	int done = 0;

	while (done < standing_count && CountNow(&standing[done], wait))
		done++;
	standing_count -= done;
	memmove(standing, standing + done, sizeof(Standing) * standing_count);
}

void
HotKeyCount(HotKeySource source, HotKeyKind kind, const HotKey *key, int64 times)
{
	Standing *next;

	if (shared == NULL)
		return;
	if (standing_count > 0)
		CountStanding(standing_count == MAX_STANDING);
	next = &standing[standing_count];
	next->source = source;
	next->kind = kind;
	next->window = HotKeyWindow(GetCurrentTimestamp());
	next->times = times;
	next->key.hash = key->hash;
	next->key.length = key->length;
	memcpy(next->key.bytes, key->bytes, key->length);
	if (!CountNow(next, false))
		standing_count++;
}

/* --- reading --- */

HotKeySource *
HotKeySources(int *count)
{
	HotKeySource *sources = palloc(sizeof(HotKeySource) * Max(max_places, 1));

	*count = 0;
	if (shared == NULL)
		return sources;
	LWLockAcquire(shared->lock, LW_SHARED);
	for (int i = 0; i < max_places; i++)
	{
		if (shared->places[i].key.database == MyDatabaseId)
			sources[(*count)++] = shared->places[i].key.source;
	}
	LWLockRelease(shared->lock);
	return sources;
}

bool
HotKeysRead(HotKeySource source, HotKeySnapshot *snapshot)
{
	Place *place;

	if (shared == NULL)
		return false;
	CountStanding(true);
	LWLockAcquire(shared->lock, LW_SHARED);
	place = FindPlace(source);
	if (place != NULL)
	{
		LWLockAcquire(&place->lock, LW_SHARED);
		memcpy(snapshot->sketches, place->sketches, sizeof(place->sketches));
		LWLockRelease(&place->lock);
	}
	LWLockRelease(shared->lock);
	snapshot->source = source;
	return place != NULL;
}

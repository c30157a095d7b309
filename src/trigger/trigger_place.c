/*
 * Places are in shared memory under a lock; a worker's own call is written by it alone and read by
 * others under the lock. A worker that ends because its call does not leaves that behind, before
 * the call's transaction ends and lets another worker have the shard. A call that ended with its
 * worker for another reason says nothing.
 */
#include "trigger/trigger_place.h"

#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"
#include "session/worker_budget.h"

#define MAX_PLACES 64
/* One for endpoints, and as many for functions as it takes that no role has all of them. */
#define DEFAULT_WORKERS 3
#define SLOW_CALL 1000  /* milliseconds after which a target is slow */
#define LONG_STAY 10000 /* milliseconds that a worker keeps its place when others want it */

typedef struct Place
{
	Oid database;
	Latch *latch; /* NULL: the place is free */
	bool endpoints;
	TriggerCall call;
	TimestampTz call_started;
	volatile bool overrun; /* the worker ends because the call does not */
} Place;

/* A call that a worker has ended for; trigger 0: none. */
typedef struct Overrun
{
	Oid database;
	TriggerCall call;
} Overrun;

typedef struct Places
{
	pg_atomic_uint32 generation;
	pg_atomic_uint32 wanted;
	Place all[MAX_PLACES];
	Overrun overruns[MAX_PLACES];
	int next_overrun; /* the place of the next one, instead of the oldest */
} Places;

static int max_workers = DEFAULT_WORKERS;

static Places *places = NULL;
static LWLock *places_lock;
static Place *own = NULL;
static TimestampTz taken_at;

static void
KeepOverrun(void)
{
	places->overruns[places->next_overrun] = (Overrun){ MyDatabaseId, own->call };
	places->next_overrun = (places->next_overrun + 1) % MAX_PLACES;
}

static void
GiveBack(int code, Datum argument)
{
	LWLockReleaseAll(); /* an error may have left one */
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	if (own->overrun && own->call.trigger != 0)
		KeepOverrun();
	own->latch = NULL;
	own->endpoints = false;
	LWLockRelease(places_lock);
	own = NULL;
}

static int
CountFree(void)
{
	int count = 0;

	for (int i = 0; i < max_workers; i++)
		count += places->all[i].latch == NULL;
	return count;
}

static Place *
FreePlace(void)
{
	for (int i = 0; i < max_workers; i++)
		if (places->all[i].latch == NULL)
			return &places->all[i];
	return NULL;
}

static void
Occupy(Place *place)
{
	*place = (Place){ .database = MyDatabaseId, .latch = MyLatch };
	own = place;
	taken_at = GetCurrentTimestamp();
}

bool
TriggerPlaceTake(void)
{
	Place *place;

	if (places == NULL)
		return false;
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	place = FreePlace();
	if (place != NULL)
		Occupy(place);
	LWLockRelease(places_lock);
	if (own == NULL)
		return false;
	before_shmem_exit(GiveBack, (Datum) 0);
	return true;
}

static bool
IsOfDatabase(const Place *place)
{
	return place->latch != NULL && place->database == MyDatabaseId;
}

bool
TriggerPlaceServesEndpoints(void)
{
	bool taken = false;

	if (own->endpoints)
		return true;
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_PLACES; i++)
		taken |= IsOfDatabase(&places->all[i]) && places->all[i].endpoints;
	own->endpoints = !taken;
	LWLockRelease(places_lock);
	return own->endpoints;
}

int
TriggerPlaceCount(void)
{
	int count = 0;

	if (places == NULL)
		return 0;
	LWLockAcquire(places_lock, LW_SHARED);
	for (int i = 0; i < MAX_PLACES; i++)
		count += IsOfDatabase(&places->all[i]);
	LWLockRelease(places_lock);
	return count;
}

bool
TriggerPlaceIsAlone(void)
{
	return TriggerPlaceCount() == 1;
}

int
TriggerPlacesFree(void)
{
	int count;

	if (places == NULL)
		return 0;
	LWLockAcquire(places_lock, LW_SHARED);
	count = CountFree();
	LWLockRelease(places_lock);
	return count;
}

static bool
IsSlow(const Place *place)
{
	return place->call.trigger != 0 &&
	       TimestampDifferenceExceeds(place->call_started, GetCurrentTimestamp(), SLOW_CALL);
}

/* Under the lock. */
static bool
MayBegin(const TriggerCall *call, bool shared)
{
	int workers = 0; /* that call functions */
	int busy = 0;    /* of them, with the owner's */

	for (int i = 0; i < MAX_PLACES; i++)
	{
		const Place *place = &places->all[i];

		if (!IsOfDatabase(place))
			continue;
		if (IsSlow(place) && place->call.trigger == call->trigger)
			return false;
		workers += !place->endpoints;
		busy += place->call.trigger != 0 && place->call.owner == call->owner;
	}
	return !shared || workers < 2 || busy + 1 < workers;
}

bool
TriggerPlaceMayBeginCall(const TriggerCall *call, bool shared)
{
	bool may;

	LWLockAcquire(places_lock, LW_SHARED);
	may = MayBegin(call, shared);
	LWLockRelease(places_lock);
	return may;
}

bool
TriggerPlaceBeginCall(const TriggerCall *call, bool shared)
{
	bool begins;

	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	begins = MayBegin(call, shared);
	if (begins)
	{
		own->call = *call;
		own->call_started = GetCurrentTimestamp();
	}
	LWLockRelease(places_lock);
	return begins;
}

void
TriggerPlaceOverrun(void)
{
	own->overrun = true;
}

void
TriggerPlaceEndCall(void)
{
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	own->call = (TriggerCall){ 0 };
	LWLockRelease(places_lock);
}

static bool
IsOverrunOf(const Overrun *overrun, const TriggerCall *call)
{
	return overrun->database == MyDatabaseId && overrun->call.trigger == call->trigger &&
	       overrun->call.shard == call->shard;
}

bool
TriggerPlaceTakeOverrun(const TriggerCall *call)
{
	bool found = false;

	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_PLACES && !found; i++)
	{
		found = IsOverrunOf(&places->overruns[i], call);
		if (found)
			places->overruns[i] = (Overrun){ 0 };
	}
	LWLockRelease(places_lock);
	return found;
}

void
TriggerPlaceWant(void)
{
	if (places != NULL)
		pg_atomic_write_u32(&places->wanted, 1);
}

bool
TriggerPlaceIsWanted(void)
{
	if (pg_atomic_read_u32(&places->wanted) == 0 ||
	    !TimestampDifferenceExceeds(taken_at, GetCurrentTimestamp(), LONG_STAY))
		return false;
	return pg_atomic_exchange_u32(&places->wanted, 0) != 0;
}

void
TriggersChanged(void)
{
	if (places == NULL)
		return;
	pg_atomic_fetch_add_u32(&places->generation, 1);
	LWLockAcquire(places_lock, LW_SHARED);
	for (int i = 0; i < MAX_PLACES; i++)
		if (IsOfDatabase(&places->all[i]))
			SetLatch(places->all[i].latch);
	LWLockRelease(places_lock);
}

uint32
TriggersGeneration(void)
{
	return pg_atomic_read_u32(&places->generation);
}

static Size
PlacesSize(void)
{
	return sizeof(Places);
}

static void
Attach(void *memory, LWLock *lock)
{
	places = memory;
	places_lock = lock;
	pg_atomic_init_u32(&places->generation, 0);
	pg_atomic_init_u32(&places->wanted, 0);
}

static const SharedMemory memory = {
	.name = "dynamo triggers",
	.size = PlacesSize,
	.tranche = "DynamoTriggers",
	.attach = Attach,
};

static int
MaxWorkers(void)
{
	return max_workers;
}

void
TriggerPlaceInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable(
	    "dynamo.max_trigger_workers", "Background workers that call the targets of triggers.",
	    "One of each database calls endpoints, others SQL functions.", &max_workers,
	    DEFAULT_WORKERS, 1, MAX_PLACES, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	WorkerBudgetAdd(WORKERS_TRIGGERS, MaxWorkers);
}

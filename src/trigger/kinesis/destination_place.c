/*
 * Places are in shared memory under a lock. Who has one reads its count of changes without it.
 */
#include "trigger/kinesis/destination_place.h"

#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "session/shared_memory.h"

#define MAX_PLACES 64

typedef struct Place
{
	Oid database;
	Latch *latch; /* NULL: the place is free */
	pg_atomic_uint32 changes;
} Place;

static Place *places = NULL;
static LWLock *places_lock;
static Place *own = NULL;

static void
GiveBack(int code, Datum argument)
{
	if (own == NULL)
		return;
	LWLockReleaseAll(); /* an error may have left one */
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	own->latch = NULL;
	LWLockRelease(places_lock);
}

static Place *
PlaceOfDatabase(void)
{
	for (int i = 0; i < MAX_PLACES; i++)
		if (places[i].latch != NULL && places[i].database == MyDatabaseId)
			return &places[i];
	return NULL;
}

static Place *
FreePlace(void)
{
	for (int i = 0; i < MAX_PLACES; i++)
		if (places[i].latch == NULL)
			return &places[i];
	return NULL;
}

/* Under the lock, as the one whose latch it is holds it to give the place back. */
static void
Tell(Place *place)
{
	pg_atomic_fetch_add_u32(&place->changes, 1);
	SetLatch(place->latch);
}

bool
DestinationPlaceTake(void)
{
	Place *taken;

	if (places == NULL)
		return false;
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	taken = PlaceOfDatabase();
	if (taken != NULL)
		Tell(taken);
	else if ((own = FreePlace()) != NULL)
	{
		own->database = MyDatabaseId;
		own->latch = MyLatch;
	}
	LWLockRelease(places_lock);
	if (own != NULL)
		before_shmem_exit(GiveBack, (Datum) 0);
	return own != NULL;
}

uint32
DestinationPlaceChanges(void)
{
	return pg_atomic_read_u32(&own->changes);
}

bool
DestinationPlaceLeave(uint32 changes)
{
	LWLockAcquire(places_lock, LW_EXCLUSIVE);
	if (pg_atomic_read_u32(&own->changes) == changes)
	{
		own->latch = NULL;
		own = NULL;
	}
	LWLockRelease(places_lock);
	return own == NULL;
}

bool
DestinationPlaceIsTaken(void)
{
	bool taken;

	if (places == NULL)
		return false;
	LWLockAcquire(places_lock, LW_SHARED);
	taken = PlaceOfDatabase() != NULL;
	LWLockRelease(places_lock);
	return taken;
}

static Size
PlacesSize(void)
{
	return sizeof(Place) * MAX_PLACES;
}

static void
Attach(void *memory, LWLock *lock)
{
	places = memory;
	places_lock = lock;
	for (int i = 0; i < MAX_PLACES; i++)
		pg_atomic_init_u32(&places[i].changes, 0);
}

static const SharedMemory memory = {
	.name = "dynamo destinations",
	.size = PlacesSize,
	.tranche = "DynamoDestinations",
	.attach = Attach,
};

void
DestinationPlaceInit(void)
{
	SharedMemoryAdd(&memory);
}

/*
 * See worker_place.h.
 */
#include "session/worker_place.h"

#include "miscadmin.h"
#include "storage/ipc.h"

Size
WorkerPlacesSize(void)
{
	return sizeof(pg_atomic_uint32) * MAX_WORKER_PLACES;
}

void
WorkerPlacesAttach(WorkerPlaces *places, void *memory)
{
	places->places = memory;
	for (int i = 0; i < MAX_WORKER_PLACES; i++)
		pg_atomic_init_u32(&places->places[i], 0);
}

bool
WorkerPlaceIsFree(const WorkerPlaces *places)
{
	if (places->places == NULL)
		return true;
	for (int i = 0; i < *places->limit; i++)
		if (pg_atomic_read_u32(&places->places[i]) == 0)
			return true;
	return false;
}

static void
GiveUpAtExit(int code, Datum places)
{
	WorkerPlaceGiveUp((WorkerPlaces *) DatumGetPointer(places));
}

bool
WorkerPlaceTake(WorkerPlaces *places)
{
	if (places->places == NULL)
		return true;
	if (!places->registered)
		before_shmem_exit(GiveUpAtExit, PointerGetDatum(places));
	places->registered = true;
	for (int i = 0; i < *places->limit && places->own == 0; i++)
	{
		uint32 empty = 0;

		if (pg_atomic_compare_exchange_u32(&places->places[i], &empty, (uint32) MyProcPid))
			places->own = i + 1;
	}
	return places->own != 0;
}

void
WorkerPlaceGiveUp(WorkerPlaces *places)
{
	if (places->own != 0)
		pg_atomic_write_u32(&places->places[places->own - 1], 0);
	places->own = 0;
}

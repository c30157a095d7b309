/*
 * See board.h.
 */
#include "metrics/board.h"

#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/procarray.h"

#include "session/shared_memory.h"

#define BOARD_WORKERS 64
#define BOARD_PLACES 32

/*
 * Entries are read and written under the lock, which is held for a copy; an entry without a pid is
 * free. Only requests that wait have any, so that the lock is not on the way of others. The gauges
 * are stored by the worker alone and read without a lock.
 */
typedef struct WorkerBoard
{
	pg_atomic_uint32 open;
	pg_atomic_uint32 parked;
	pg_atomic_uint32 held;
	pg_atomic_uint64 parked_ever;
	BoardEntry places[BOARD_PLACES];
} WorkerBoard;

typedef struct BoardShared
{
	LWLock *lock;
	WorkerBoard workers[BOARD_WORKERS];
} BoardShared;

static BoardShared *shared = NULL;
static WorkerBoard *own = NULL;

static Size
SharedSize(void)
{
	return sizeof(BoardShared);
}

static void
Attach(void *memory, LWLock *lock)
{
	shared = memory;
	shared->lock = lock;
}

static const SharedMemory memory = {
	.name = "dynamo requests",
	.size = SharedSize,
	.tranche = "dynamo_requests",
	.attach = Attach,
};

void
BoardInit(void)
{
	SharedMemoryAdd(&memory);
}

/* Under the lock. */
static void
ClearPlaces(void)
{
	for (int i = 0; i < BOARD_PLACES; i++)
		own->places[i].pid = 0;
}

/*
 * A process that ends waits for no lock: where it leaves anything behind, its successor clears
 * that.
 */
static void
Clear(int code, Datum arg)
{
	BoardShow(0, 0, 0);
	if (!LWLockConditionalAcquire(shared->lock, LW_EXCLUSIVE))
		return;
	ClearPlaces();
	LWLockRelease(shared->lock);
}

void
BoardAttach(int worker)
{
	if (shared == NULL || worker >= BOARD_WORKERS)
		return;
	own = &shared->workers[worker];
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	ClearPlaces(); /* its predecessor may have been killed */
	LWLockRelease(shared->lock);
	before_shmem_exit(Clear, 0);
}

void
BoardPut(const BoardEntry *entry)
{
	if (own == NULL)
		return;
	pg_atomic_fetch_add_u64(&own->parked_ever, 1);
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < BOARD_PLACES; i++)
	{
		if (own->places[i].pid != 0)
			continue;
		own->places[i] = *entry;
		own->places[i].pid = MyProcPid;
		break;
	}
	LWLockRelease(shared->lock);
}

void
BoardRemove(const char *request_id)
{
	if (own == NULL)
		return;
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < BOARD_PLACES; i++)
	{
		if (own->places[i].pid != 0 && strcmp(own->places[i].request_id, request_id) == 0)
			own->places[i].pid = 0;
	}
	LWLockRelease(shared->lock);
}

void
BoardShow(uint32 open, uint32 parked, uint32 held)
{
	if (own == NULL)
		return;
	pg_atomic_write_u32(&own->open, open);
	pg_atomic_write_u32(&own->parked, parked);
	pg_atomic_write_u32(&own->held, held);
}

/* What a process has left behind is not shown. */
static int
WithoutGone(BoardEntry *list, int count)
{
	int kept = 0;

	for (int i = 0; i < count; i++)
	{
		if (BackendPidGetProc(list[i].pid) != NULL)
			list[kept++] = list[i];
	}
	return kept;
}

BoardEntry *
BoardList(int *count)
{
	BoardEntry *list;

	*count = 0;
	if (shared == NULL)
		return NULL;
	list = palloc_array(BoardEntry, BOARD_WORKERS * BOARD_PLACES);
	LWLockAcquire(shared->lock, LW_SHARED);
	for (int worker = 0; worker < BOARD_WORKERS; worker++)
	{
		for (int i = 0; i < BOARD_PLACES; i++)
		{
			if (shared->workers[worker].places[i].pid != 0)
				list[(*count)++] = shared->workers[worker].places[i];
		}
	}
	LWLockRelease(shared->lock);
	*count = WithoutGone(list, *count);
	return list;
}

BoardGauges
BoardSum(void)
{
	BoardGauges sum = { 0 };

	for (int i = 0; shared != NULL && i < BOARD_WORKERS; i++)
	{
		WorkerBoard *worker = &shared->workers[i];

		sum.open += pg_atomic_read_u32(&worker->open);
		sum.parked += pg_atomic_read_u32(&worker->parked);
		sum.held += pg_atomic_read_u32(&worker->held);
		sum.parked_ever += pg_atomic_read_u64(&worker->parked_ever);
	}
	return sum;
}

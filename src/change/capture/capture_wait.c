/*
 * Places of waiting processes are in shared memory, guarded by a lock. A process that ends gives
 * its place back before its latch can be another's.
 */
#include "change/capture/capture_wait.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "session/shared_memory.h"

#define MAX_WAITERS 128

typedef struct Waiter
{
	Oid database; /* InvalidOid: the place is free */
	Latch *latch;
} Waiter;

static Waiter *waiters = NULL;
static LWLock *waiters_lock;
static int own_place = -1;

static void
GiveBack(int code, Datum argument)
{
	LWLockAcquire(waiters_lock, LW_EXCLUSIVE);
	waiters[own_place] = (Waiter){ 0 };
	LWLockRelease(waiters_lock);
	own_place = -1;
}

bool
CaptureWaitBegin(void)
{
	if (waiters == NULL)
		return false;
	LWLockAcquire(waiters_lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_WAITERS && own_place < 0; i++)
		if (!OidIsValid(waiters[i].database))
		{
			waiters[i] = (Waiter){ MyDatabaseId, MyLatch };
			own_place = i;
		}
	LWLockRelease(waiters_lock);
	if (own_place < 0)
		return false;
	before_shmem_exit(GiveBack, (Datum) 0);
	return true;
}

void
CaptureWaitersWake(void)
{
	if (waiters == NULL)
		return;
	LWLockAcquire(waiters_lock, LW_SHARED);
	for (int i = 0; i < MAX_WAITERS; i++)
		if (waiters[i].database == MyDatabaseId)
			SetLatch(waiters[i].latch);
	LWLockRelease(waiters_lock);
}

static Size
WaitersSize(void)
{
	return sizeof(Waiter) * MAX_WAITERS;
}

static void
Attach(void *memory, LWLock *lock)
{
	waiters = memory;
	waiters_lock = lock;
}

static const SharedMemory memory = {
	.name = "dynamo readers of changes",
	.size = WaitersSize,
	.tranche = "DynamoChangeReaders",
	.attach = Attach,
};

void
CaptureWaitInit(void)
{
	SharedMemoryAdd(&memory);
}

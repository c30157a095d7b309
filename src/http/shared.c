/*
 * Reserves and attaches the HTTP workers' shared memory.
 */
#include "http/shared.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

#define TRANCHE "dynamo_http"

HttpShared *http_shared = NULL;

static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

static void
RequestShared(void)
{
	if (previous_request_hook)
		previous_request_hook();
	RequestAddinShmemSpace(sizeof(HttpShared));
	RequestNamedLWLockTranche(TRANCHE, 1);
}

static void
StartShared(void)
{
	bool found;

	if (previous_startup_hook)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	http_shared = ShmemInitStruct("dynamo http", sizeof(HttpShared), &found);
	if (!found)
	{
		memset(http_shared, 0, sizeof(HttpShared));
		http_shared->lock = &GetNamedLWLockTranche(TRANCHE)->lock;
		pg_atomic_init_u64(&http_shared->durable, 0);
		pg_atomic_init_u64(&http_shared->refused, 0);
		pg_atomic_init_u64(&http_shared->flushing_since, 0);
		for (int i = 0; i < HTTP_MAX_WORKERS; i++)
		{
			pg_atomic_init_u64(&http_shared->slots[i].committed, 0);
			pg_atomic_init_u64(&http_shared->slots[i].wanted, 0);
			pg_atomic_init_u32(&http_shared->slots[i].connections, 0);
			pg_atomic_init_u32(&http_shared->slots[i].room, 0);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

void
HttpSharedInit(void)
{
	previous_request_hook = shmem_request_hook;
	shmem_request_hook = RequestShared;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = StartShared;
}

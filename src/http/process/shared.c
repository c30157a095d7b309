/*
 * Reserves and attaches the HTTP workers' shared memory.
 */
#include "http/process/shared.h"

#include "session/shared_memory.h"

#define TRANCHE "dynamo_http"

HttpShared *http_shared = NULL;

static Size
SharedSize(void)
{
	return sizeof(HttpShared);
}

static void
Attach(void *memory, LWLock *lock)
{
	http_shared = memory;
	http_shared->lock = lock;
	pg_atomic_init_u64(&http_shared->durable, 0);
	pg_atomic_init_u64(&http_shared->refused, 0);
	pg_atomic_init_u64(&http_shared->flushes, 0);
	pg_atomic_init_u64(&http_shared->flush_time, 0);
	pg_atomic_init_u64(&http_shared->flushing_since, 0);
	for (int i = 0; i < HTTP_FAULT_COUNTERS; i++)
		pg_atomic_init_u64(&http_shared->signature_faults[i], 0);
	for (int i = 0; i < HTTP_MAX_WORKERS; i++)
	{
		pg_atomic_init_u64(&http_shared->slots[i].committed, 0);
		pg_atomic_init_u64(&http_shared->slots[i].wanted, 0);
		pg_atomic_init_u32(&http_shared->slots[i].connections, 0);
		pg_atomic_init_u32(&http_shared->slots[i].room, 0);
		pg_atomic_init_u64(&http_shared->slots[i].memory, 0);
	}
}

static const SharedMemory memory = {
	.name = "dynamo http",
	.size = SharedSize,
	.tranche = TRANCHE,
	.attach = Attach,
};

void
HttpSharedInit(void)
{
	SharedMemoryAdd(&memory);
}

/*
 * See shared_memory.h.
 */
#include "session/shared_memory.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

#define MAX_PARTS 24

static const SharedMemory *parts[MAX_PARTS];
static int part_count = 0;

static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

static void
RequestPart(const SharedMemory *part)
{
	RequestAddinShmemSpace(part->size());
	if (part->more != NULL)
		RequestAddinShmemSpace(part->more());
	if (part->tranche != NULL)
		RequestNamedLWLockTranche(part->tranche, 1);
}

static void
RequestAll(void)
{
	if (previous_request_hook)
		previous_request_hook();
	for (int i = 0; i < part_count; i++)
		RequestPart(parts[i]);
}

/* New shared memory is all zeros, and pages that nothing writes to take no room. */
static void
AttachPart(const SharedMemory *part)
{
	Size size = part->size();
	void *memory;
	bool found;

	if (size == 0)
		return;
	memory = ShmemInitStruct(part->name, size, &found);
	part->attach(memory,
	             part->tranche == NULL ? NULL : &GetNamedLWLockTranche(part->tranche)->lock);
}

static void
AttachAll(void)
{
	if (previous_startup_hook)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	for (int i = 0; i < part_count; i++)
		AttachPart(parts[i]);
	LWLockRelease(AddinShmemInitLock);
}

void
SharedMemoryAdd(const SharedMemory *part)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	if (part_count == MAX_PARTS)
		elog(ERROR, "too many parts with shared memory");
	if (part_count == 0)
	{
		previous_request_hook = shmem_request_hook;
		shmem_request_hook = RequestAll;
		previous_startup_hook = shmem_startup_hook;
		shmem_startup_hook = AttachAll;
	}
	parts[part_count++] = part;
}

/*
 * The last fault of each table and kind of work, in shared memory: rounds of
 * maintenance are made by processes that end.
 *
 * A hash of the database, work and table chooses a place, one word of a hash of
 * those and one of the fault. There is no lock: a word is read and written whole. Of
 * two subjects that meet in a place each forgets the other's fault, which is then
 * logged again.
 */
#include "maintenance/known_fault.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#define PLACES 4096

static volatile uint64 *places = NULL;

static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

static uint64
HashSubject(const char *work, Bytes table)
{
	uint64 hash = hash_bytes_extended((const unsigned char *) work, strlen(work), MyDatabaseId);

	return hash_bytes_extended((const unsigned char *) table.data, table.length, hash);
}

/* The format, not the text: that quotes another item each time. */
static uint32
HashFault(const ErrorData *error)
{
	const char *text = error->message_id != NULL ? error->message_id : "";

	return hash_combine(hash_bytes((const unsigned char *) text, strlen(text)), error->sqlerrcode);
}

bool
FaultIsNew(const char *work, Bytes table, const ErrorData *error)
{
	uint64 subject = HashSubject(work, table);
	uint64 fault = (subject & ~(uint64) PG_UINT32_MAX) | HashFault(error);
	volatile uint64 *place;

	if (places == NULL)
		return true;
	place = &places[subject % PLACES];
	if (*place == fault)
		return false;
	*place = fault;
	return true;
}

void
FaultIsOver(const char *work, Bytes table)
{
	uint64 subject = HashSubject(work, table);

	if (places != NULL && places[subject % PLACES] >> 32 == subject >> 32)
		places[subject % PLACES] = 0;
}

static void
RequestShared(void)
{
	if (previous_request_hook)
		previous_request_hook();
	RequestAddinShmemSpace(sizeof(uint64) * PLACES);
}

static void
StartShared(void)
{
	bool found;
	uint64 *memory;

	if (previous_startup_hook)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	memory = ShmemInitStruct("dynamo known faults", sizeof(uint64) * PLACES, &found);
	if (!found)
		memset(memory, 0, sizeof(uint64) * PLACES);
	places = memory;
	LWLockRelease(AddinShmemInitLock);
}

void
KnownFaultInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	previous_request_hook = shmem_request_hook;
	shmem_request_hook = RequestShared;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = StartShared;
}

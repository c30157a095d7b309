/*
 * An array of slots in shared memory.
 *
 * The lock is held in exclusive mode to take a slot, to empty it, to change its phase and what is
 * expected of it; in
 * shared mode to read the slots. The two counters are atomic words that the process of the slot
 * alone writes, without the lock. A slot is free while its pid is 0; after a crash all are.
 */
#include "session/progress.h"

#include "catalog/pg_authid.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "session/shared_memory.h"

#define SLOTS 256
#define TABLE_LENGTH 255 /* bytes of the longest name of a table */

typedef struct Slot
{
	int pid; /* 0: free */
	Oid database;
	ProgressKind kind;
	int64 task;
	Oid owner;
	char table[TABLE_LENGTH + 1];
	TimestampTz started;
	ProgressPhase phase;
	TimestampTz phase_started;
	int64 expected;
	pg_atomic_uint64 items; /* of the phase */
	pg_atomic_uint64 bytes;
} Slot;

static const char *const kind_names[] = {
	[PROGRESS_BACKUP] = "backup", [PROGRESS_RESTORE] = "restore",
	[PROGRESS_EXPORT] = "export", [PROGRESS_INDEX_BUILD] = "index build",
	[PROGRESS_IMPORT] = "import", [PROGRESS_BULK_PUT] = "bulk put",
};

static const char *const phase_names[] = {
	[PROGRESS_STARTING] = "starting",         [PROGRESS_READING] = "reading items",
	[PROGRESS_VERIFYING] = "verifying",       [PROGRESS_LOADING] = "loading items",
	[PROGRESS_INDEXING] = "building indexes",
};

static Slot *slots; /* NULL: not preloaded */
static LWLock *slots_lock;

static Slot *own; /* this process's; NULL: none */
static int depth; /* works that have begun and not ended */

/* --- a process's own --- */

static void
FreeSlot(void)
{
	if (own == NULL)
		return;
	LWLockAcquire(slots_lock, LW_EXCLUSIVE);
	own->pid = 0;
	LWLockRelease(slots_lock);
	own = NULL;
}

static void
EndAtExit(int code, Datum argument)
{
	ProgressEndAll();
}

/* Under the lock. */
static Slot *
FreeSlotFound(void)
{
	for (int i = 0; i < SLOTS; i++)
		if (slots[i].pid == 0)
			return &slots[i];
	return NULL;
}

static void
FillSlot(Slot *slot, const ProgressWork *work)
{
	int length = Min(work->table_length, TABLE_LENGTH);

	slot->pid = MyProcPid;
	slot->database = MyDatabaseId;
	slot->kind = work->kind;
	slot->task = work->task;
	slot->owner = work->owner;
	memcpy(slot->table, work->table, length);
	slot->table[length] = '\0';
	slot->started = slot->phase_started = GetCurrentTimestamp();
	slot->phase = PROGRESS_STARTING;
	slot->expected = 0;
	pg_atomic_write_u64(&slot->items, 0);
	pg_atomic_write_u64(&slot->bytes, 0);
}

void
ProgressBegin(const ProgressWork *work)
{
	static bool registered = false;

	if (depth++ > 0 || slots == NULL)
		return;
	if (!registered)
		before_shmem_exit(EndAtExit, 0);
	registered = true;
	LWLockAcquire(slots_lock, LW_EXCLUSIVE);
	own = FreeSlotFound();
	if (own != NULL)
		FillSlot(own, work);
	LWLockRelease(slots_lock);
}

void
ProgressEnd(void)
{
	if (depth > 0 && --depth == 0)
		FreeSlot();
}

void
ProgressEndAll(void)
{
	depth = 0;
	FreeSlot();
}

void
ProgressBeginPhase(ProgressPhase phase, int64 expected)
{
	if (own == NULL || depth > 1)
		return;
	LWLockAcquire(slots_lock, LW_EXCLUSIVE);
	own->phase = phase;
	own->phase_started = GetCurrentTimestamp();
	own->expected = expected;
	pg_atomic_write_u64(&own->items, 0);
	pg_atomic_write_u64(&own->bytes, 0);
	LWLockRelease(slots_lock);
}

void
ProgressExpect(int64 expected)
{
	if (own == NULL || depth > 1)
		return;
	LWLockAcquire(slots_lock, LW_EXCLUSIVE);
	own->expected = expected;
	LWLockRelease(slots_lock);
}

static void
Add(pg_atomic_uint64 *counter, int64 count)
{
	pg_atomic_write_u64(counter, pg_atomic_read_u64(counter) + count);
}

void
ProgressAdd(int64 items, int64 bytes)
{
	if (own == NULL || depth > 1)
		return;
	Add(&own->items, items);
	Add(&own->bytes, bytes);
}

/* --- shared memory --- */

static Size
SizeOfSlots(void)
{
	return sizeof(Slot) * SLOTS;
}

static void
Attach(void *memory, LWLock *lock)
{
	slots = memory;
	slots_lock = lock;
	for (int i = 0; i < SLOTS; i++)
	{
		slots[i].pid = 0;
		pg_atomic_init_u64(&slots[i].items, 0);
		pg_atomic_init_u64(&slots[i].bytes, 0);
	}
}

static const SharedMemory memory = {
	.name = "dynamo progress",
	.size = SizeOfSlots,
	.tranche = "dynamo_progress",
	.attach = Attach,
};

void
ProgressInit(void)
{
	SharedMemoryAdd(&memory);
}

/* --- dynamo.work_in_progress() --- */

PG_FUNCTION_INFO_V1(dynamo_work_in_progress);

/* In the order of the install script. */
enum
{
	COLUMN_KIND,
	COLUMN_TASK,
	COLUMN_TABLE,
	COLUMN_PHASE,
	COLUMN_PID,
	COLUMN_STARTED,
	COLUMN_PHASE_STARTED,
	COLUMN_ITEMS,
	COLUMN_BYTES,
	COLUMN_EXPECTED,
	COLUMNS
};

static bool
IsShown(const Slot *slot)
{
	return slot->pid != 0 && slot->database == MyDatabaseId &&
	       (has_privs_of_role(GetUserId(), slot->owner) ||
	        has_privs_of_role(GetUserId(), ROLE_PG_MONITOR));
}

static void
PutRow(ReturnSetInfo *result, Slot *slot)
{
	bool nulls[COLUMNS] = { 0 };
	Datum values[COLUMNS] = {
		[COLUMN_KIND] = CStringGetTextDatum(kind_names[slot->kind]),
		[COLUMN_TASK] = Int64GetDatum(slot->task),
		[COLUMN_TABLE] = CStringGetTextDatum(slot->table),
		[COLUMN_PHASE] = CStringGetTextDatum(phase_names[slot->phase]),
		[COLUMN_PID] = Int32GetDatum(slot->pid),
		[COLUMN_STARTED] = TimestampTzGetDatum(slot->started),
		[COLUMN_PHASE_STARTED] = TimestampTzGetDatum(slot->phase_started),
		[COLUMN_ITEMS] = Int64GetDatum((int64) pg_atomic_read_u64(&slot->items)),
		[COLUMN_BYTES] = Int64GetDatum((int64) pg_atomic_read_u64(&slot->bytes)),
		[COLUMN_EXPECTED] = Int64GetDatum(slot->expected),
	};

	nulls[COLUMN_EXPECTED] = slot->expected <= 0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* What it takes under the lock is a copy: looking up roles must not hold it. */
Datum
dynamo_work_in_progress(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Slot *copy;

	InitMaterializedSRF(fcinfo, 0);
	if (slots == NULL)
		PG_RETURN_NULL();
	copy = palloc(SizeOfSlots());
	LWLockAcquire(slots_lock, LW_SHARED);
	memcpy(copy, slots, SizeOfSlots());
	LWLockRelease(slots_lock);
	for (int i = 0; i < SLOTS; i++)
		if (IsShown(&copy[i]))
			PutRow(result, &copy[i]);
	pfree(copy);
	PG_RETURN_NULL();
}

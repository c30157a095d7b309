/*
 * Places of capture workers, and who wakes them.
 */
#include "change/capture/capture_state.h"

#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"

#include "session/shared_memory.h"

typedef struct CaptureShared
{
	pg_atomic_uint32 generation; /* grows with each place that is taken or given back */
	pg_atomic_uint32 used;       /* places of which one was ever taken: those behind take no room */
	CaptureState states[CAPTURE_MAX_DATABASES];
} CaptureShared;

static CaptureShared *shared; /* NULL: the library was not preloaded */
static LWLock *shared_lock;
static bool others_wake = false;

static Size
SharedSize(void)
{
	return sizeof(CaptureShared);
}

static void
Attach(void *memory, LWLock *lock)
{
	shared = memory;
	shared_lock = lock;
	pg_atomic_init_u32(&shared->generation, 1);
	pg_atomic_init_u32(&shared->used, 0);
}

LWLock *
CaptureStateLock(void)
{
	return shared_lock;
}

static CaptureState *
Search(Oid database)
{
	int used = pg_atomic_read_u32(&shared->used);

	for (int i = 0; i < used; i++)
		if (shared->states[i].database == database)
			return &shared->states[i];
	return NULL;
}

/* A free place, or NULL. */
static CaptureState *
SearchFree(void)
{
	CaptureState *state = Search(InvalidOid);
	int used = pg_atomic_read_u32(&shared->used);

	return state == NULL && used < CAPTURE_MAX_DATABASES ? &shared->states[used] : state;
}

CaptureState *
CaptureStateFind(Oid database)
{
	static Oid found_database = InvalidOid;
	static CaptureState *found = NULL;
	static uint32 found_generation = 0;
	uint32 generation;

	if (shared == NULL || !OidIsValid(database))
		return NULL;
	generation = pg_atomic_read_u32(&shared->generation);
	if (generation != found_generation || database != found_database)
	{
		LWLockAcquire(shared_lock, LW_SHARED);
		found_generation = pg_atomic_read_u32(&shared->generation);
		found_database = database;
		found = Search(database);
		LWLockRelease(shared_lock);
	}
	return found;
}

static void
InitState(CaptureState *state, Oid database)
{
	memset(state, 0, sizeof(CaptureState));
	pg_atomic_init_u32(&state->phase, CAPTURE_STOPPED);
	pg_atomic_init_u32(&state->epoch, 0);
	pg_atomic_init_u64(&state->captured, 0);
	pg_atomic_init_u64(&state->confirmed, 0);
	pg_atomic_init_u64(&state->captured_time, 0);
	pg_atomic_init_u64(&state->changes, 0);
	pg_atomic_init_u64(&state->chunks, 0);
	for (int i = 0; i < CAPTURE_LEAVES; i++)
		pg_atomic_init_u64(&state->last_change[i], 0);
	state->database = database;
}

CaptureState *
CaptureStateTake(Oid database)
{
	CaptureState *state;

	if (shared == NULL)
		return NULL;
	LWLockAcquire(shared_lock, LW_EXCLUSIVE);
	state = Search(database);
	if (state == NULL)
	{
		state = SearchFree();
		if (state != NULL)
			InitState(state, database);
		if (state == &shared->states[pg_atomic_read_u32(&shared->used)])
			pg_atomic_fetch_add_u32(&shared->used, 1);
		pg_atomic_fetch_add_u32(&shared->generation, 1);
	}
	LWLockRelease(shared_lock);
	return state;
}

void
CaptureStateGiveBack(CaptureState *state)
{
	LWLockAcquire(shared_lock, LW_EXCLUSIVE);
	state->database = InvalidOid;
	pg_atomic_fetch_add_u32(&shared->generation, 1);
	LWLockRelease(shared_lock);
}

List *
CaptureStateDatabases(void)
{
	Oid databases[CAPTURE_MAX_DATABASES];
	List *list = NIL;

	if (shared == NULL)
		return NIL;
	LWLockAcquire(shared_lock, LW_SHARED);
	for (int i = 0; i < CAPTURE_MAX_DATABASES; i++)
		databases[i] = shared->states[i].database;
	LWLockRelease(shared_lock);
	for (int i = 0; i < CAPTURE_MAX_DATABASES; i++)
		if (OidIsValid(databases[i]))
			list = lappend_oid(list, databases[i]);
	return list;
}

/* A latch stays one when its process has gone: setting it does no harm then. */
static void
Wake(const CaptureState *state)
{
	Latch *latch = ((const volatile CaptureState *) state)->latch;

	if (latch != NULL && latch != MyLatch)
		SetLatch(latch);
}

void
CaptureWakeAll(void)
{
	int used = shared == NULL ? 0 : pg_atomic_read_u32(&shared->used);

	for (int i = 0; i < used; i++)
		Wake(&shared->states[i]);
}

void
CaptureWake(void)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);

	if (state != NULL)
		Wake(state);
}

void
CaptureLeaveWaking(void)
{
	others_wake = true;
}

/* COMMIT PREPARED is a transaction without an id that has written WAL. */
static void
WakeAtCommit(XactEvent event, void *argument)
{
	static XLogRecPtr last = InvalidXLogRecPtr;

	if (event != XACT_EVENT_COMMIT || XactLastCommitEnd == last)
		return;
	last = XactLastCommitEnd;
	if (!others_wake)
		CaptureWake();
}

void
CaptureStateInit(void)
{
	static const SharedMemory part = {
		.name = "dynamo capture",
		.size = SharedSize,
		.tranche = "dynamo capture",
		.attach = Attach,
	};

	SharedMemoryAdd(&part);
	RegisterXactCallback(WakeAtCommit, NULL);
}

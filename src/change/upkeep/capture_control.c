/*
 * See capture_control.h.
 */
#include "change/upkeep/capture_control.h"

#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "change/capture/capture_worker.h"
#include "session/wait_event.h"
#include "storage/stream/capture_slot.h"

#define POLL_MILLISECONDS 20
#define ASK_MILLISECONDS 5000 /* until the worker is sent SIGTERM */
#define STOP_MILLISECONDS 10000

CapturePhase
CapturePhaseNow(void)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);

	return state == NULL ? CAPTURE_STOPPED : pg_atomic_read_u32(&state->phase);
}

void
CaptureNote(CapturePhase phase, const char *fault)
{
	CaptureState *state = CaptureStateTake(MyDatabaseId);

	if (state == NULL)
		return;
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	pg_atomic_write_u32(&state->phase, phase);
	if (fault != NULL)
	{
		strlcpy(state->error, fault, sizeof(state->error));
		state->failed_at = GetCurrentTimestamp();
	}
	LWLockRelease(CaptureStateLock());
}

char *
CaptureFault(void)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);
	char *fault = palloc0(sizeof(state->error));

	if (state == NULL)
		return fault;
	LWLockAcquire(CaptureStateLock(), LW_SHARED);
	memcpy(fault, state->error, sizeof(state->error) - 1);
	LWLockRelease(CaptureStateLock());
	return fault;
}

bool
CaptureHasReached(const SequenceNumber *position)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);
	SequenceNumber captured = { 0 };

	if (state == NULL)
		return false;
	captured.epoch = pg_atomic_read_u32(&state->epoch);
	captured.commit = pg_atomic_read_u64(&state->captured);
	return SequenceNumberCompare(&captured, position) >= 0;
}

XLogRecPtr
CaptureReached(uint32 epoch)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);

	if (state == NULL || pg_atomic_read_u32(&state->epoch) != epoch)
		return InvalidXLogRecPtr;
	return pg_atomic_read_u64(&state->captured);
}

static pid_t
WorkerOf(Oid database)
{
	CaptureState *state = CaptureStateFind(database);
	pid_t pid;

	if (state == NULL)
		return 0;
	LWLockAcquire(CaptureStateLock(), LW_SHARED);
	pid = state->pid;
	LWLockRelease(CaptureStateLock());
	return pid;
}

/* Sets what upkeep says to the worker, and wakes it. */
static void
Tell(Oid database, bool stop, int segment, Oid relation)
{
	CaptureState *state = CaptureStateFind(database);

	if (state == NULL)
		return;
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	state->stop = stop;
	if (segment != 0)
	{
		state->next_segment = segment;
		state->next_segment_relation = relation;
	}
	if (state->latch != NULL)
		SetLatch(state->latch);
	LWLockRelease(CaptureStateLock());
}

void
CaptureAwaken(void)
{
	Tell(MyDatabaseId, false, 0, InvalidOid);
}

void
CaptureStart(void)
{
	if (CaptureStateTake(MyDatabaseId) == NULL)
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                errmsg("changes of items can be captured in %d databases at most",
		                       CAPTURE_MAX_DATABASES)));
	if (WorkerOf(MyDatabaseId) != 0)
		return;
	Tell(MyDatabaseId, false, 0, InvalidOid);
	CaptureWorkerStart(MyDatabaseId);
}

static void
Sleep(void)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, POLL_MILLISECONDS,
	                 WaitEventFor(WAIT_FOR_ROUNDS));
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* A process that uses the database's slot, or the worker that is about to; 0: none. */
static pid_t
UserOfSlot(Oid database)
{
	CaptureSlot slot = CaptureSlotRead(database);

	if (slot.state != CAPTURE_SLOT_ABSENT && slot.state != CAPTURE_SLOT_FOREIGN &&
	    slot.active_pid != 0)
		return slot.active_pid;
	return WorkerOf(database);
}

void
CaptureStop(Oid database)
{
	TimestampTz started = GetCurrentTimestamp();
	bool asked = false;
	pid_t pid;

	Tell(database, true, 0, InvalidOid);
	while ((pid = UserOfSlot(database)) != 0)
	{
		TimestampTz now = GetCurrentTimestamp();

		/* What makes a slot, and waits, does not ask whether it is to stop. */
		if (!asked && (pid != WorkerOf(database) ||
		               TimestampDifferenceExceeds(started, now, ASK_MILLISECONDS)))
		{
			asked = true;
			(void) kill(pid, SIGTERM);
		}
		if (TimestampDifferenceExceeds(started, now, STOP_MILLISECONDS))
			ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
			                errmsg("process %d still uses replication slot \"%s\"", (int) pid,
			                       CaptureName(database))));
		Sleep();
	}
}

void
CaptureHandOver(int segment, Oid relation)
{
	Tell(MyDatabaseId, false, segment, relation);
}

List *
CaptureBroken(void)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);
	BrokenStream broken[CAPTURE_BROKEN];
	List *list = NIL;
	int count;

	if (state == NULL)
		return NIL;
	LWLockAcquire(CaptureStateLock(), LW_SHARED);
	count = Min(state->broken_count, CAPTURE_BROKEN);
	memcpy(broken, state->broken, sizeof(BrokenStream) * count);
	LWLockRelease(CaptureStateLock());
	for (int i = 0; i < count; i++)
	{
		BrokenStream *copy = palloc_object(BrokenStream);

		*copy = broken[i];
		list = lappend(list, copy);
	}
	return list;
}

void
CaptureBrokenForget(const BrokenStream *broken)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);
	int kept = 0;

	if (state == NULL)
		return;
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	for (int i = 0; i < state->broken_count; i++)
		if (state->broken[i].relation != broken->relation ||
		    state->broken[i].label != broken->label)
			state->broken[kept++] = state->broken[i];
	state->broken_count = kept;
	LWLockRelease(CaptureStateLock());
}

void
CaptureForget(Oid database)
{
	CaptureState *state = CaptureStateFind(database);

	if (state != NULL)
		CaptureStateGiveBack(state);
}

/*
 * The flusher: it waits for disk and standbys in place of the HTTP workers.
 *
 * A worker stores in its slot up to where it wants WAL to be durable, and sets
 * the flusher's latch. The flusher flushes up to the furthest of the slots,
 * publishes how far it has come, and sets the latches of the workers that wanted
 * more than there was. While it flushes, further wishes gather for the next
 * time. Latches order the stores as they do everywhere: each side stores before
 * it sets the other's latch, and looks after it has reset its own.
 *
 * The flusher belongs to no database. For what standbys must have done it takes
 * the workers' synchronous_commit, which may be set for their database or role.
 *
 * At a shutdown the flusher stays until the last worker has gone, so that what
 * they have run is answered. A wait for a standby ends then, and nothing that
 * waits for it is acknowledged.
 */
#include "http/process/flusher.h"

#include <signal.h>

#include "access/xact.h"
#include "access/xlog.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "replication/syncrep.h"
#include "replication/walsender.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "internals.h"
#include "change/capture/capture_state.h"
#include "http/process/process.h"
#include "http/process/settings.h"
#include "http/process/shared.h"
#include "session/wait_event.h"

static volatile sig_atomic_t waits_for_standby = false;

PGDLLEXPORT void dynamo_http_flusher_main(Datum argument);

static void
Wake(Latch *latch)
{
	if (latch != NULL)
		SetLatch(latch);
}

XLogRecPtr
FlusherDurable(void)
{
	return pg_atomic_read_u64(&http_shared->durable);
}

void
FlusherRequest(int worker, XLogRecPtr end)
{
	http_shared->slots[worker].synchronous_commit = synchronous_commit;
	pg_write_barrier();
	pg_atomic_write_u64(&http_shared->slots[worker].wanted, end);
	Wake(http_shared->flusher);
}

bool
FlusherWaitsForStandby(void)
{
	return http_shared->flush_for_standby;
}

const char *
DurabilityStall(void)
{
	TimestampTz since = pg_atomic_read_u64(&http_shared->flushing_since);

	if (since == 0 || http_durability_timeout == 0 ||
	    !TimestampDifferenceExceeds(since, GetCurrentTimestamp(), http_durability_timeout))
		return NULL;
	return FlusherWaitsForStandby() ? "No synchronous standby confirms what is written"
	                                : "The server's disk does not confirm what is written";
}

static void
Detach(int code, Datum worker)
{
	http_shared->slots[DatumGetInt32(worker)].latch = NULL;
	Wake(http_shared->flusher);
}

void
FlusherAttach(int worker)
{
	http_shared->slots[worker].latch = MyLatch;
	on_shmem_exit(Detach, Int32GetDatum(worker));
}

static bool
WorkersAreAttached(void)
{
	for (int i = 0; i < http_shared->slots_used; i++)
		if (http_shared->slots[i].latch != NULL)
			return true;
	return false;
}

static XLogRecPtr
FurthestWanted(void)
{
	XLogRecPtr end = InvalidXLogRecPtr;

	for (int i = 0; i < http_shared->slots_used; i++)
		end = Max(end, pg_atomic_read_u64(&http_shared->slots[i].wanted));
	return end;
}

/* The strictest synchronous_commit of the workers that wait. */
static int
WantedCommitLevel(void)
{
	XLogRecPtr durable = FlusherDurable();
	int level = SYNCHRONOUS_COMMIT_OFF;

	pg_read_barrier();
	for (int i = 0; i < http_shared->slots_used; i++)
		if (pg_atomic_read_u64(&http_shared->slots[i].wanted) > durable)
			level = Max(level, http_shared->slots[i].synchronous_commit);
	return level;
}

/* SyncRepWaitForLSN waits for what this process's own setting says. */
static void
SetCommitLevel(int level)
{
	static const char *const names[] = {
		[SYNCHRONOUS_COMMIT_OFF] = "off",
		[SYNCHRONOUS_COMMIT_LOCAL_FLUSH] = "local",
		[SYNCHRONOUS_COMMIT_REMOTE_WRITE] = "remote_write",
		[SYNCHRONOUS_COMMIT_REMOTE_FLUSH] = "on",
		[SYNCHRONOUS_COMMIT_REMOTE_APPLY] = "remote_apply",
	};

	if (level != synchronous_commit)
		SetConfigOption("synchronous_commit", names[level], PGC_USERSET, PGC_S_SESSION);
}

static void
Publish(XLogRecPtr durable)
{
	XLogRecPtr before = FlusherDurable();

	pg_atomic_write_u64(&http_shared->durable, durable);
	/* A worker whose wish is not seen here yet sees `durable`, as it looks after it has wished. */
	pg_memory_barrier();
	for (int i = 0; i < http_shared->slots_used; i++)
		if (pg_atomic_read_u64(&http_shared->slots[i].wanted) > before)
			Wake(http_shared->slots[i].latch);
}

/*
 * SyncRepWaitForLSN gives up when the process is terminated, and leaves it to
 * its caller to find out.
 */
static bool
WaitForStandbys(XLogRecPtr end)
{
	waits_for_standby = true;
	http_shared->flush_for_standby = true;
	if (ShutdownRequestPending)
		EndOwnProcess();
	HOLD_INTERRUPTS();
	SyncRepWaitForLSN(end, true);
	RESUME_INTERRUPTS();
	waits_for_standby = false;
	http_shared->flush_for_standby = false;
	return !ProcessIsEnding();
}

/* For monitoring. */
static void
Count(TimestampTz start)
{
	pg_atomic_fetch_add_u64(&http_shared->flushes, 1);
	pg_atomic_fetch_add_u64(&http_shared->flush_time, Max(0, GetCurrentTimestamp() - start));
}

/* False where a shutdown ended the wait for a standby. */
static bool
MakeDurable(XLogRecPtr end)
{
	TimestampTz start = GetCurrentTimestamp();

	pg_atomic_write_u64(&http_shared->flushing_since, start);
	XLogFlush(end);
	CaptureWakeAll();
	SetCommitLevel(WantedCommitLevel());
	if (SyncRepRequested() && SyncRepStandbyNames[0] != '\0' && !WaitForStandbys(end))
		return false;
	pg_atomic_write_u64(&http_shared->flushing_since, 0);
	Publish(end);
	Count(start);
	return true;
}

static void
HandleTerminate(SIGNAL_ARGS)
{
	int saved = errno;

	ShutdownRequestPending = true;
	if (waits_for_standby)
		EndOwnProcess();
	SetLatch(MyLatch);
	errno = saved;
}

static void
Leave(int code, Datum argument)
{
	http_shared->flusher = NULL;
	http_shared->flush_for_standby = false;
	pg_atomic_write_u64(&http_shared->flushing_since, 0);
}

static void
Start(void)
{
	if (!HttpProcessAttach(HTTP_FLUSHER))
		proc_exit(0);
	pqsignal(SIGTERM, HandleTerminate);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGINT, SIG_IGN); /* there is nothing to cancel */
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	on_shmem_exit(Leave, (Datum) 0);
	http_shared->flusher = MyLatch;
}

/* Waits for wishes, or until statistics are to be sent in `stats_due` milliseconds; 0: never. */
static long
Idle(long stats_due)
{
	int events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | (stats_due > 0 ? WL_TIMEOUT : 0);

	if (WaitLatch(MyLatch, events, stats_due, WaitEventFor(WAIT_FOR_WORKERS)) & WL_TIMEOUT)
		stats_due = pgstat_report_stat(true);
	return stats_due;
}

void
dynamo_http_flusher_main(Datum argument)
{
	long stats_due = 0;

	Start();
	while (!ShutdownRequestPending || WorkersAreAttached())
	{
		XLogRecPtr wanted;

		ResetLatch(MyLatch);
		(void) HttpProcessInterrupts();
		wanted = FurthestWanted();
		if (wanted <= FlusherDurable())
			stats_due = Idle(stats_due);
		else if (MakeDurable(wanted))
			stats_due = pgstat_report_stat(false);
		else
			break;
	}
	proc_exit(0);
}

/*
 * The capture worker's process.
 *
 * It keeps one decoding context, outside of transactions, and between two records of WAL may write
 * what it has gathered in a transaction of its own. Decoding fills the process's caches from
 * historic catalogs: its own transactions open the log's tables alone (change/log/log_write.h), and
 * all else that concerns the log is upkeep's.
 *
 * Changes are written when a chunk is full; when there is nothing left to decode, at once where the
 * last flush is some time ago, and after a pause else, in which others gather. It sleeps until a
 * commit or a flush wakes it. Commits that no one flushes at once, those of sessions with
 * synchronous_commit off and its own, are looked for again and again while there is WAL that is not
 * flushed, for a while after it was woken or has written.
 */
#include "change/capture/capture_worker.h"

#include "access/xlog.h"
#include "access/xlogreader.h"
#include "access/xlogutils.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "postmaster/walwriter.h"
#include "replication/decode.h"
#include "replication/logical.h"
#include "replication/slot.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/capture/capture_flush.h"
#include "change/capture/gather.h"
#include "change/decode/sink.h"
#include "internals.h"
#include "session/database_worker.h"
#include "session/wait_event.h"
#include "storage/stream/upkeep_start.h"

#define RESTART_SECONDS 1
#define LONGEST_BACKOFF_SECONDS 60
#define RECORDS_BETWEEN_LOOKS 256
#define POLL_MILLISECONDS 20
#define IDLE_MILLISECONDS 10000
#define BROKEN_POLL_MILLISECONDS 100
#define REPORTED_KEPT 1024

static CaptureState *state;
static LogicalDecodingContext *decoding;
static TimestampTz last_time;                /* of the last commit that was decoded */
static TimestampTz active;                   /* when the worker was last woken, or wrote */
static BrokenStream reported[REPORTED_KEPT]; /* the last of them */
static uint32 reported_count;                /* of all */

PGDLLEXPORT void DynamoCaptureWorkerMain(Datum database);

void
CaptureWorkerStart(Oid database)
{
	static const DatabaseWorker worker = { "dynamo capture", "DynamoCaptureWorkerMain",
		                                   RESTART_SECONDS };

	if (!DatabaseWorkerStart(&worker, database))
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                errmsg("no background worker is free to capture changes of items"),
		                errhint("Raise max_worker_processes.")));
}

/* --- waiting --- */

static void
HandleInterrupts(void)
{
	CHECK_FOR_INTERRUPTS();
	CatchUpWithInvalidations();
	if (!ConfigReloadPending)
		return;
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
}

static bool
IsToStop(void)
{
	return ((volatile CaptureState *) state)->stop;
}

/* Whether it was woken. */
static bool
Sleep(long milliseconds)
{
	int events = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
	                       WaitEventFor(WAIT_FOR_COMMITS));

	ResetLatch(MyLatch);
	HandleInterrupts();
	return (events & WL_LATCH_SET) != 0;
}

/* Whether a commit may lie in WAL that is yet to be flushed, and will be soon. */
static bool
FlushIsNear(void)
{
	return GetXLogInsertRecPtr() > GetFlushRecPtr(NULL) &&
	       !TimestampDifferenceExceeds(active, GetCurrentTimestamp(), 3 * WalWriterDelay + 1000);
}

/* Without the latch: commits in the meantime send no signal. */
static void
PauseAfterFlush(void)
{
	long pause = CaptureFlushDue();

	if (pause > 0)
		(void) WaitLatch(MyLatch, WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, pause,
		                 WaitEventFor(WAIT_FOR_COMMITS));
}

static void
WaitForCommits(void)
{
	long statistics = pgstat_report_stat(false);
	long longest = FlushIsNear() ? POLL_MILLISECONDS : IDLE_MILLISECONDS;

	if (statistics > 0)
		longest = Min(longest, statistics);
	if (Sleep(longest))
		active = GetCurrentTimestamp();
	PauseAfterFlush();
}

/* --- decoding --- */

static void
TakeChange(Oid leaf, int64 label, const LoggedChange *change)
{
	GatherAdd(leaf, label, change);
}

static void
TakeCommit(TimestampTz time)
{
	last_time = time;
}

/* What a stream that has ended lacks besides is met in many transactions: none waits for it. */
static bool
IsReported(const BrokenStream *broken)
{
	for (int i = 0; i < Min(reported_count, REPORTED_KEPT); i++)
		if (reported[i].relation == broken->relation && reported[i].label == broken->label)
			return true;
	return false;
}

/* Where there is no room, the worker ends, and meets the change again after upkeep has made some.
 */
static void
Report(const BrokenStream *broken)
{
	bool is_noted;

	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	is_noted = state->broken_count < CAPTURE_BROKEN;
	if (is_noted)
		state->broken[state->broken_count++] = *broken;
	LWLockRelease(CaptureStateLock());
	if (!is_noted)
		ereport(ERROR,
		        (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		         errmsg("changes of more than %d streams cannot be decoded", CAPTURE_BROKEN)));
	reported[reported_count++ % REPORTED_KEPT] = *broken;
}

/* One that a worker before this one has reported may be there twice. */
static void
TakeBroken(Oid relation, int64 label)
{
	const BrokenStream broken = { relation, label };

	if (!IsReported(&broken))
		Report(&broken);
}

/* The position must not move past the change before upkeep has ended the stream. */
static void
WaitUntilMended(void)
{
	StreamUpkeepStartNow(MyDatabaseId);
	while (((volatile CaptureState *) state)->broken_count > 0 && !IsToStop())
		(void) Sleep(BROKEN_POLL_MILLISECONDS);
}

/* PostgreSQL's own would wait for WAL that is not there yet. */
static int
ReadPage(XLogReaderState *reader, XLogRecPtr page, int wanted, XLogRecPtr record, char *buffer)
{
	if (page + wanted > GetFlushRecPtr(NULL))
		return -1;
	return read_local_xlog_page(reader, page, wanted, record, buffer);
}

/* False where there is none yet. */
static bool
DecodeRecord(void)
{
	char *fault = NULL;

	if (XLogReadRecord(decoding->reader, &fault) != NULL)
	{
		LogicalDecodingProcessRecord(decoding, decoding->reader);
		return true;
	}
	if (fault != NULL)
		ereport(ERROR, (errcode_for_file_access(),
		                errmsg("could not read WAL behind %X/%X: %s",
		                       LSN_FORMAT_ARGS(decoding->reader->EndRecPtr), fault)));
	return false;
}

static void
FlushAt(XLogRecPtr position, TimestampTz time)
{
	if (CaptureFlush(position))
		active = GetCurrentTimestamp();
	CapturePublish(position, time);
	CaptureConfirm();
}

/* Until there is no WAL left to read, or the worker is to stop. */
static void
DecodeAll(void)
{
	XLogReaderState *reader = decoding->reader;

	for (int records = 1; !IsToStop() && DecodeRecord(); records++)
	{
		CHECK_FOR_INTERRUPTS();
		if (state->broken_count > 0)
			WaitUntilMended();
		else if (GatherIsFull() || (records % RECORDS_BETWEEN_LOOKS == 0 && CaptureFlushDue() == 0))
			FlushAt(reader->EndRecPtr, last_time);
	}
}

static void
Loop(void)
{
	while (!IsToStop())
	{
		DecodeAll();
		if (IsToStop())
			break;
		FlushAt(decoding->reader->EndRecPtr, GetCurrentTimestamp());
		WaitForCommits();
	}
}

/* --- start and end --- */

static void
SetPhase(CapturePhase phase, const char *fault)
{
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	pg_atomic_write_u32(&state->phase, phase);
	if (fault != NULL)
	{
		strlcpy(state->error, fault, sizeof(state->error));
		state->failed_at = GetCurrentTimestamp();
	}
	LWLockRelease(CaptureStateLock());
}

static void
Leave(int code, Datum argument)
{
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	state->latch = NULL;
	state->pid = 0;
	LWLockRelease(CaptureStateLock());
}

/* False where there is no place, or where another worker has it. */
static bool
TakePlace(Oid database)
{
	bool taken;

	state = CaptureStateFind(database);
	if (state == NULL)
		return false;
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	taken = state->database == database && state->pid == 0 && !state->stop;
	if (taken)
	{
		state->pid = MyProcPid;
		state->latch = MyLatch;
	}
	LWLockRelease(CaptureStateLock());
	if (taken)
		on_shmem_exit(Leave, (Datum) 0);
	return taken;
}

/* Without a connection, so that DROP DATABASE need not wait. */
static void
BackOff(void)
{
	int doublings = Min(state->failures - 1, 6);
	long delay = Min(1000L << Max(doublings, 0), LONGEST_BACKOFF_SECONDS * 1000L);
	TimestampTz until = TimestampTzPlusMilliseconds(state->failed_at, delay);

	while (state->failures > 0 && !IsToStop())
	{
		long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);

		if (left == 0 || left > delay)
			break;
		(void) Sleep(left);
	}
}

static void
SetOwnSettings(void)
{
	static const char *const settings[][2] = {
		{ "role", "none" },
		{ "search_path", "pg_catalog, pg_temp" },
		{ "synchronous_commit", "off" },
		{ "lock_timeout", "0" },
		{ "default_transaction_isolation", "read committed" },
		{ "default_transaction_read_only", "off" },
		{ "temp_tablespaces", "" }, /* would be looked up in historic catalogs */
		{ "temp_file_limit", "-1" },
		{ "output_plugin_libraries", "dynamo" }, /* of PostgreSQL 15.19 and later */
	};

	for (int i = 0; i < lengthof(settings); i++)
		if (GetConfigOption(settings[i][0], true, false) != NULL)
			SetConfigOption(settings[i][0], settings[i][1], PGC_SUSET, PGC_S_OVERRIDE);
}

static void
WaitForSegment(void)
{
	while (!CaptureHasSegment() && !IsToStop())
		(void) Sleep(IDLE_MILLISECONDS);
}

static void
BeginDecoding(const CaptureStart *start)
{
	static LogSink sink;

	sink = (LogSink){ .epoch = start->epoch,
		              .origin = start->origin,
		              .change = TakeChange,
		              .broken = TakeBroken,
		              .commit = TakeCommit };
	DecodeIntoLog(&sink);
	CheckLogicalDecodingRequirements();
	decoding =
	    CreateDecodingContext(start->position, NIL, false,
	                          XL_ROUTINE(.page_read = ReadPage, .segment_open = wal_segment_open,
	                                     .segment_close = wal_segment_close),
	                          NULL, NULL, NULL);
	HoldOwnSnapshots();
	active = GetCurrentTimestamp();
	XLogBeginRead(decoding->reader, MyReplicationSlot->data.restart_lsn);
}

static void
Run(void)
{
	CaptureStart start;
	const char *loss = CaptureTakeUp(&start);

	if (loss != NULL)
	{
		SetPhase(CAPTURE_NEEDS_EPOCH, loss);
		return;
	}
	CaptureFlushStart(state, &start);
	WaitForSegment();
	BeginDecoding(&start);
	SetPhase(CAPTURE_RUNNING, NULL);
	Loop();
	SetPhase(CAPTURE_STOPPED, NULL);
}

static void
NoteFailure(const ErrorData *error)
{
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	pg_atomic_write_u32(&state->phase, CAPTURE_FAILED);
	strlcpy(state->error, error->message, sizeof(state->error));
	state->failures++;
	state->failed_at = GetCurrentTimestamp();
	state->failed_position = decoding != NULL ? decoding->reader->EndRecPtr : InvalidXLogRecPtr;
	LWLockRelease(CaptureStateLock());
}

void
DynamoCaptureWorkerMain(Datum database)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	if (!TakePlace(DatumGetObjectId(database)))
		proc_exit(0);
	BackOff();
	if (IsToStop())
		proc_exit(0);
	BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(database), InvalidOid, 0);
	SetOwnSettings();
	MemoryContextSwitchTo(
	    AllocSetContextCreate(TopMemoryContext, "dynamo capture", ALLOCSET_DEFAULT_SIZES));
	PG_TRY();
	{
		Run();
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		LWLockReleaseAll();
		MemoryContextSwitchTo(TopMemoryContext);
		NoteFailure(CopyErrorData());
		PG_RE_THROW();
	}
	PG_END_TRY();
	proc_exit(0);
}

/*
 * The life of an HTTP worker: it connects to the database, listens, and turns
 * the HTTP server and the rounds of requests by turns until it is told to stop.
 *
 * It waits as every process of PostgreSQL does, for its latch and some
 * descriptors: the server's, which stands for all connections, and the one that
 * stands for the watched ones.
 *
 * A database or role that is not there yet is no reason to end: a worker whose
 * predecessor in its slot died while it connected attaches to no database,
 * answers that the service is unavailable, and makes room for the next attempt
 * once there is something to connect to.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "fmgr.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "postmaster/postmaster.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/sinval.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "internals.h"
#include "http/activity.h"
#include "http/cancel.h"
#include "http/client/certificate.h"
#include "http/client/proxies.h"
#include "http/process/commit.h"
#include "http/wire/clock.h"
#include "http/wire/deadlines.h"
#include "http/process/endpoint.h"
#include "http/execute.h"
#include "http/process/flusher.h"
#include "http/handover.h"
#include "http/held.h"
#include "http/http.h"
#include "http/monitor/gauges.h"
#include "http/monitor/monitor.h"
#include "http/wire/linger.h"
#include "http/listener.h"
#include "http/parked.h"
#include "http/process/process.h"
#include "http/wire/request.h"
#include "http/role.h"
#include "http/round.h"
#include "http/report/call_record.h"
#include "http/report/counting.h"
#include "http/report/timing.h"
#include "http/tls/tls_settings.h"
#include "http/wire/server.h"
#include "http/process/settings.h"
#include "http/process/shared.h"
#include "http/wire/watch.h"
#include "http/process/supervisor.h"
#include "metrics/board.h"
#include "metrics/history.h"
#include "metrics/series.h"
#include "session/wait_event.h"
#include "operation/describe_endpoints.h"

#define RETRY_MILLISECONDS 5000 /* between attempts to connect or to listen */
#define IDLE_MILLISECONDS 60000
#define TICK_MILLISECONDS 1000  /* between looks whether a sample of the metrics is due */
#define DRAIN_MILLISECONDS 2000 /* for answers that clients have not taken at shutdown */

typedef struct Worker
{
	int number;     /* from 0 */
	bool connected; /* to dynamo.database */
	TimestampTz retry_at;
	WaitEventSet *events;
	TimestampTz stats_at; /* when statistics should be sent; 0: none are waiting */
} Worker;

static Worker worker;

PGDLLEXPORT void dynamo_http_worker_main(Datum number);

static void
InstallSignals(void)
{
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
}

static void
ReportNoConnection(void)
{
	if (http_role[0] == '\0')
		HttpRoleReport("is not set");
	else
		ereport(LOG, (errmsg("dynamo waits for the database \"%s\" and the role \"%s\"",
		                     http_database, http_role)));
}

static bool
Connect(HttpWorkerSlot *slot)
{
	if (slot->connecting || http_role[0] == '\0')
	{
		slot->connecting = false;
		BackgroundWorkerInitializeConnection(NULL, NULL, 0);
		ReportNoConnection();
		return false;
	}
	slot->connecting = true;
	BackgroundWorkerInitializeConnection(http_database, http_role, 0);
	slot->connecting = false;
	return true;
}

static void
SetSessionOption(const char *name, const char *value)
{
	SetConfigOption(name, value, PGC_USERSET, PGC_S_OVERRIDE);
}

static void
InitSession(int number)
{
	SetSessionOption("application_name", psprintf("dynamo http %d", number));
	SetSessionOption("default_transaction_isolation", "read committed");
	SetSessionOption("search_path", "");
	SetSessionOption("lock_timeout", psprintf("%d", LOCK_WAIT_SHORT));
}

static void
InitEvents(void)
{
	worker.events = NewWaitEventSet(4);
	AddWaitEventToSet(worker.events, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
	AddWaitEventToSet(worker.events, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
	AddWaitEventToSet(worker.events, WL_SOCKET_READABLE, ServerDescriptor(), NULL, NULL);
	AddWaitEventToSet(worker.events, WL_SOCKET_READABLE, WatchDescriptor(), NULL, NULL);
}

/* One turn, which fills the queue of requests. */
static void
Turn(long wait)
{
	WaitEvent events[4];
	int count =
	    WaitEventSetWait(worker.events, wait, events, lengthof(events), ActivityWaitEvent());

	ResetLatch(MyLatch);
	HttpClockTick();
	for (int i = 0; i < count; i++)
	{
		if (events[i].events == WL_SOCKET_READABLE && events[i].fd == WatchDescriptor())
			WatchRun();
	}
	ServerRun();
	DeadlinesEnforce();
	LingerTurn();
}

/*
 * Between requests there is nothing to cancel. Outside of HttpExecute the error
 * would end the worker.
 */
static void
HandleInterrupts(void)
{
	HOLD_CANCEL_INTERRUPTS();
	CHECK_FOR_INTERRUPTS();
	CatchUpWithInvalidations();
	ForgetCancellation();
	RESUME_CANCEL_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
		ServerReload();
		CertificateMapLoad();
	}
}

/* Without a database only scans of a few shared catalogs work, and no index. */
static bool
NameExists(Oid catalog, AttrNumber column, const char *name)
{
	Relation relation = table_open(catalog, AccessShareLock);
	TableScanDesc scan;
	ScanKeyData key;
	bool exists;

	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum(name));
	scan = table_beginscan_catalog(relation, 1, &key);
	exists = heap_getnext(scan, ForwardScanDirection) != NULL;
	table_endscan(scan);
	table_close(relation, AccessShareLock);
	return exists;
}

static bool
TargetExists(void)
{
	bool exists;

	StartTransactionCommand();
	exists = NameExists(DatabaseRelationId, Anum_pg_database_datname, http_database) &&
	         NameExists(AuthIdRelationId, Anum_pg_authid_rolname, http_role);
	CommitTransactionCommand();
	return exists;
}

/* Ends an unconnected worker when its successor may have more luck. */
static void
RetryConnection(void)
{
	if (worker.connected || GetCurrentTimestamp() < worker.retry_at)
		return;
	if (TargetExists())
		proc_exit(0);
	worker.retry_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RETRY_MILLISECONDS);
}

/* How long to wait where no request comes. */
static long
IdleWait(void)
{
	long wait = IDLE_MILLISECONDS;

	if (HttpRoundIsDue() || HttpRoundIsUnasked() || ServerIsPending())
		return 0;
	if (!worker.connected)
		wait = RETRY_MILLISECONDS;
	if (worker.stats_at != 0)
		wait = Min(wait, TimestampDifferenceMilliseconds(GetCurrentTimestamp(), worker.stats_at));
	wait = HttpParkedWait(Min(wait, HeldMilliseconds()));
	return ServerWait(LingerWait(ListenerWait(DeadlinesWait(wait))));
}

static void
SendStatistics(bool force)
{
	long due = pgstat_report_stat(force);

	worker.stats_at = due > 0 ? TimestampTzPlusMilliseconds(GetCurrentTimestamp(), due) : 0;
}

/* What a round leaves to be done is done while clients read their answers. */
static void
EndRound(void)
{
	HttpExecuteEnd();
	SendStatistics(false);
}

static bool
Round(void)
{
	bool due = HttpRoundIsDue();
	bool answered;

	if (due)
		HttpRoundRun();
	else
		HttpRoundAsk();
	answered = HttpRoundAnswer();
	if (answered)
		ServerRun();
	if (due)
		EndRound();
	ActivityEndRound();
	return due || answered;
}

/* For monitoring. */
static void
ShowState(void)
{
	static uint64 next_tick = 0;

	BoardShow(http_open_requests, http_parked_requests, HeldWait() ? 1 : 0);
	if (http_now < next_tick)
		return;
	next_tick = http_now + TICK_MILLISECONDS;
	HistoryTick();
	GaugesNoteMemory(worker.number);
}

static void
Serve(void)
{
	while (!ShutdownRequestPending)
	{
		Turn(IdleWait());
		HandleInterrupts();
		ListenerTurn();
		RetryConnection();
		HttpParkedRun();
		CancelRest();
		ShowState();
		if (!Round() && worker.stats_at != 0 && GetCurrentTimestamp() >= worker.stats_at)
			SendStatistics(true);
	}
}

/* Answers what has been received, and gives clients a moment to take it. */
static void
Drain(void)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), DRAIN_MILLISECONDS);

	ListenerClose();
	ServerDrain();
	HttpParkedEnd();
	while (http_open_requests > 0 && GetCurrentTimestamp() < end)
	{
		Round();
		HttpRoundAsk();
		Turn(http_open_requests > 0 ? 10 : 0);
	}
}

static void
Listen(int slot)
{
	while (!ShutdownRequestPending && !ListenerOpen(slot))
	{
		WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, RETRY_MILLISECONDS,
		          WaitEventFor(WAIT_FOR_REQUESTS));
		ResetLatch(MyLatch);
		HandleInterrupts();
	}
}

static void
EndRequest(HttpRequest *request)
{
	if (request->parking.since != 0)
		HttpParkingEnd(request);
	CallRecordEnd(request);
	TimingForget(request);
}

static void
Arrive(HttpRequest *request)
{
	TimingArrive(request);
	CountingArrive(request);
}

static const ServerEvents server_events = { .arrived = Arrive, .ends = EndRequest };

void
dynamo_http_worker_main(Datum number)
{
	int slot = DatumGetInt32(number);

	if (!HttpProcessAttach(slot))
		proc_exit(0);
	InstallSignals();
	worker.number = slot;
	worker.connected = Connect(&http_shared->slots[slot]);
	InitSession(slot + 1);
	ServerStart(&server_events);
	CertificateMapLoad();
	WatchInit();
	HttpExecuteInit(worker.connected);
	HttpParkedInit();
	CancelInit();
	GroupCommitInit(slot);
	MetricsAttachWorker(slot);
	BoardAttach(slot);
	HttpRoundInit(slot);
	InitEvents();
	Listen(slot);
	Serve();
	Drain();
	proc_exit(0);
}

void
HttpInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	HttpSettingsInit();
	TlsInit();
	MonitorInit();
	ProxiesInit();
	listen_address_hook = HttpListenAddress;
	/* What pg_upgrade copies must not change meanwhile. */
	if (IsBinaryUpgrade)
		return;
	HttpSharedInit();
	HandoverInit();
	SupervisorRegister();
}

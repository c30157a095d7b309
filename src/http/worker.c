/*
 * The life of an HTTP worker: it connects to the database, listens, and turns
 * libh2o's loop and the rounds of requests by turns until it is told to stop.
 *
 * libh2o waits in epoll and knows no latch. Signals are blocked while it runs,
 * and a signalfd among its sockets ends its wait when one is pending; the
 * handlers run once it has returned. So no signal is missed between a look at
 * the latch and the wait, and none interrupts libh2o. Who sets the latch of a
 * process that sleeps sends it SIGURG, which PostgreSQL keeps blocked for a
 * signalfd of its own; here another one reads it. The postmaster's death is seen
 * on its pipe in the same way.
 *
 * A database or role that is not there yet is no reason to end: a worker whose
 * predecessor in its slot died while it connected attaches to no database,
 * answers that the service is unavailable, and makes room for the next attempt
 * once there is something to connect to.
 */
#include "postgres.h"

#include <sys/signalfd.h>

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
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "http/commit.h"
#include "http/evloop.h"
#include "http/execute.h"
#include "http/flusher.h"
#include "http/http.h"
#include "http/listener.h"
#include "http/request.h"
#include "http/role.h"
#include "http/round.h"
#include "http/settings.h"
#include "http/shared.h"

#define RESTART_SECONDS 1
#define RETRY_MILLISECONDS 5000 /* between attempts to connect or to listen */
#define IDLE_MILLISECONDS 60000 /* libh2o wants a bound for its wait */
#define DRAIN_MILLISECONDS 2000 /* for answers that clients have not taken at shutdown */

typedef struct Worker
{
	bool connected; /* to dynamo.database */
	TimestampTz retry_at;
	sigset_t signals; /* blocked while libh2o runs */
	int latch_signal; /* a signalfd */
	long stats_due;   /* milliseconds until statistics should be sent; 0: none are waiting */
	h2o_globalconf_t config;
	h2o_context_t context;
	h2o_hostconf_t *hosts[2];
} Worker;

static Worker worker;

PGDLLEXPORT void dynamo_http_worker_main(Datum number);

static void
InstallSignals(void)
{
	const int handled[] = { SIGHUP, SIGINT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2 };

	sigemptyset(&worker.signals);
	for (int i = 0; i < lengthof(handled); i++)
		sigaddset(&worker.signals, handled[i]);
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

/* What the configuration file says of a running worker. */
static void
ApplySettings(void)
{
	char timeout[16];

	snprintf(timeout, sizeof(timeout), "%d", http_lock_timeout);
	SetSessionOption("lock_timeout", timeout);
	worker.context.http1.req_timeout.timeout = http_idle_timeout * (uint64) 1000;
}

static void
InitSession(int number)
{
	SetSessionOption("application_name", psprintf("dynamo http %d", number));
	SetSessionOption("default_transaction_isolation", "read committed");
	SetSessionOption("search_path", "");
	DisableTransactionTimeout();
}

static void
InitServer(void)
{
	h2o_handler_t *handler;
	h2o_pathconf_t *path;

	/* Large buffers come from memory like small ones, not from files in /tmp. */
	h2o_socket_buffer_mmap_settings.threshold = SIZE_MAX;
	h2o_config_init(&worker.config);
	worker.config.server_name = h2o_iovec_init(H2O_STRLIT("Server"));
	worker.config.max_request_entity_size = HTTP_MAX_BODY;
	worker.config.http1.upgrade_to_http2 = 0;
	worker.hosts[0] =
	    h2o_config_register_host(&worker.config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
	path = h2o_config_register_path(worker.hosts[0], "/", 0);
	path->error_log.emit_request_errors = 0;
	handler = h2o_create_handler(path, sizeof(*handler));
	handler->on_req = HttpRequestReceive;
	h2o_context_init(&worker.context, h2o_evloop_create(), &worker.config);
}

/* libh2o's wait is over; what to do is seen elsewhere. */
static void
OnWake(h2o_socket_t *socket, const char *error)
{
}

/* A signal that is always blocked stays pending until it is read. */
static void
OnLatch(h2o_socket_t *socket, const char *error)
{
	struct signalfd_siginfo signal;

	if (read(worker.latch_signal, &signal, sizeof(signal)) < 0 && errno != EAGAIN && errno != EINTR)
		_exit(1);
}

static void
OnPostmasterDeath(h2o_socket_t *socket, const char *error)
{
	_exit(1);
}

/* Has libh2o watch a descriptor that it must not read. */
static void
Watch(int fd, h2o_socket_cb callback)
{
	h2o_socket_t *socket;

	if (fd < 0)
		ereport(ERROR, (errmsg("dynamo could not get a file descriptor to wait on: %m")));
	socket = h2o_evloop_socket_create(worker.context.loop, fd, H2O_SOCKET_FLAG_DONT_READ);
	h2o_socket_read_start(socket, callback);
}

static void
WatchServer(void)
{
	sigset_t latch;

	sigemptyset(&latch);
	sigaddset(&latch, SIGURG);
	worker.latch_signal = signalfd(-1, &latch, SFD_NONBLOCK | SFD_CLOEXEC);
	Watch(worker.latch_signal, OnLatch);
	Watch(signalfd(-1, &worker.signals, SFD_NONBLOCK | SFD_CLOEXEC), OnWake);
	Watch(dup(postmaster_alive_fds[POSTMASTER_FD_WATCH]), OnPostmasterDeath);
}

/* One turn of libh2o's loop, which fills the queue of requests. */
static void
Turn(int wait)
{
	int failure;
	int saved_errno;

	sigprocmask(SIG_BLOCK, &worker.signals, NULL);
	MyLatch->maybe_sleeping = wait > 0; /* asks for SIGURG, as WaitLatch does */
	pg_memory_barrier();
	failure = h2o_evloop_run(worker.context.loop, MyLatch->is_set ? 0 : wait);
	saved_errno = errno;
	MyLatch->maybe_sleeping = false;
	sigprocmask(SIG_UNBLOCK, &worker.signals, NULL);
	ResetLatch(MyLatch);

	errno = saved_errno;
	if (failure != 0 && errno != EINTR)
		ereport(ERROR, (errmsg("dynamo could not wait for HTTP requests: %m")));
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
	if (catchupInterruptPending)
		ProcessCatchupInterrupt();
	QueryCancelPending = false;
	RESUME_CANCEL_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
		ApplySettings();
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
		proc_exit(1);
	worker.retry_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RETRY_MILLISECONDS);
}

/* How long libh2o may wait where no request comes. */
static int
IdleWait(void)
{
	if (HttpRoundIsDue() || HttpRoundIsUnasked())
		return 0;
	if (!worker.connected)
		return RETRY_MILLISECONDS;
	return worker.stats_due > 0 ? worker.stats_due : IDLE_MILLISECONDS;
}

/* What a round leaves to be done is done while clients read their answers. */
static void
EndRound(void)
{
	HttpExecuteEnd();
	worker.stats_due = pgstat_report_stat(false);
	pgstat_report_activity(STATE_IDLE, NULL);
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
	answered = HttpRoundAnswer(worker.context.loop);
	if (due)
		EndRound();
	return due || answered;
}

static void
Serve(void)
{
	while (!ShutdownRequestPending)
	{
		Turn(IdleWait());
		HandleInterrupts();
		ListenerReport();
		RetryConnection();
		if (!Round() && worker.stats_due > 0)
			worker.stats_due = pgstat_report_stat(true);
	}
}

/* Answers what has been received, and gives clients a moment to take it. */
static void
Drain(void)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), DRAIN_MILLISECONDS);

	ListenerClose();
	h2o_context_request_shutdown(&worker.context);
	while (http_open_requests > 0 && GetCurrentTimestamp() < end)
	{
		Round();
		HttpRoundAsk();
		Turn(http_open_requests > 0 ? 10 : 0);
	}
}

static void
Listen(void)
{
	while (!ShutdownRequestPending && !ListenerOpen(&worker.context, worker.hosts))
	{
		WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, RETRY_MILLISECONDS,
		          PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		HandleInterrupts();
	}
}

void
dynamo_http_worker_main(Datum number)
{
	int slot = DatumGetInt32(number);

	InstallSignals();
	worker.connected = Connect(&http_shared->slots[slot]);
	InitSession(slot + 1);
	InitServer();
	ApplySettings();
	HttpExecuteInit(worker.connected);
	GroupCommitInit(slot);
	HttpRoundInit(slot);
	WatchServer();
	Listen();
	Serve();
	Drain();
	/* Not 0, which would keep the postmaster from starting a terminated worker again. */
	proc_exit(1);
}

static void
RegisterWorker(int number)
{
	BackgroundWorker registration = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = RESTART_SECONDS,
		.bgw_library_name = "dynamo",
		.bgw_function_name = "dynamo_http_worker_main",
		.bgw_type = "dynamo http",
		.bgw_main_arg = Int32GetDatum(number),
	};

	snprintf(registration.bgw_name, BGW_MAXLEN, "dynamo http %d", number + 1);
	RegisterBackgroundWorker(&registration);
}

void
HttpInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	HttpSettingsInit();
	/* What pg_upgrade copies must not change meanwhile. */
	if (http_port == 0 || IsBinaryUpgrade)
		return;
	HttpSharedInit();
	FlusherRegister();
	for (int i = 0; i < http_workers; i++)
		RegisterWorker(i);
}

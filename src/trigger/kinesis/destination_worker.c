/*
 * It reads what destinations there are when it is told of changes, and now and then; the capture
 * worker wakes it when there are changes of items. It ends when no destination is live.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "change/capture/capture_wait.h"
#include "internals.h"
#include "maintenance/maintenance.h"
#include "session/subtransaction.h"
#include "session/wait_event.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "storage/stream/destination_start.h"
#include "trigger/kinesis/delivery.h"
#include "trigger/kinesis/destination_place.h"
#include "trigger/kinesis/destination_worker.h"
#include "trigger/kinesis/kinesis_setting.h"

#define WORK "destinations"
#define MAX_CALLS 8                /* at once: each has a window in memory, and its request */
#define REFRESH_MILLISECONDS 10000 /* between two looks at the catalog */
#define LOOK_WITHOUT_WAKING 100    /* milliseconds, where the capture worker cannot wake this one */
#define SHORTEST_WAIT 10           /* milliseconds */
#define LOCK_TIMEOUT "200ms"

PGDLLEXPORT void DynamoDestinationsMain(Datum argument);

typedef struct Worker
{
	MemoryContext context;
	EndpointCalls *calls;
	List *deliveries;
	uint32 changes; /* as of the last refresh */
	TimestampTz refreshed;
	bool is_woken;
} Worker;

/* --- what there is --- */

static Delivery *
Find(const List *deliveries, int64 id)
{
	ListCell *cell;

	foreach (cell, deliveries)
		if (((Delivery *) lfirst(cell))->destination.id == id)
			return lfirst(cell);
	return NULL;
}

/* What is known of a destination after it has been read again. */
typedef struct Match
{
	const Worker *worker;
	const Destination *destination;
	Delivery *delivery; /* NULL: none */
} Match;

static void
MatchDelivery(void *state)
{
	Match *match = state;

	if (match->delivery != NULL)
		DeliveryRefresh(match->delivery, match->destination);
	else
		match->delivery = DeliveryCreate(match->worker->context, match->destination);
}

/* A table that is locked for long, or whose definition is broken, keeps no other from its turn. */
static void
TryMatch(Match *match)
{
	ErrorData *error = SubtransactionTry(MatchDelivery, match);

	if (error != NULL)
		ereport(WARNING, (errcode(error->sqlerrcode),
		                  errmsg("the destination of table \"%.*s\" waits: %s",
		                         BYTES_ARGS(match->destination->table), error->message)));
}

/* In a transaction. Deliveries that have been kept leave `before`. */
static List *
MatchDeliveries(Worker *worker, List **before)
{
	List *deliveries = NIL;
	ListCell *cell;

	foreach (cell, DestinationsLive())
	{
		const Destination *destination = lfirst(cell);
		Match match = { worker, destination, Find(*before, destination->id) };
		MemoryContext transaction;

		*before = list_delete_ptr(*before, match.delivery);
		TryMatch(&match);
		if (match.delivery == NULL)
			continue;
		transaction = MemoryContextSwitchTo(worker->context);
		deliveries = lappend(deliveries, match.delivery);
		MemoryContextSwitchTo(transaction);
	}
	return deliveries;
}

static void
Refresh(Worker *worker)
{
	MemoryContext caller = CurrentMemoryContext;
	List *before = worker->deliveries;
	ListCell *cell;

	worker->changes = DestinationPlaceChanges();
	worker->refreshed = GetCurrentTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	worker->deliveries = CatalogExists() ? MatchDeliveries(worker, &before) : NIL;
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	foreach (cell, before)
		DeliveryFree(lfirst(cell));
	list_free(before);
}

static bool
IsToRefresh(const Worker *worker)
{
	ListCell *cell;

	foreach (cell, worker->deliveries)
		if (((const Delivery *) lfirst(cell))->changed)
			return true;
	return worker->changes != DestinationPlaceChanges() ||
	       TimestampDifferenceExceeds(worker->refreshed, GetCurrentTimestamp(),
	                                  REFRESH_MILLISECONDS);
}

/* --- work --- */

static SequenceNumber
CapturedNow(void)
{
	MemoryContext caller = CurrentMemoryContext;
	SequenceNumber captured;

	StartTransactionCommand();
	captured = LogCaptured();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return captured;
}

/* What is wrong with one destination must not keep the others from their turn. */
static void
TryAdvance(Worker *worker, Delivery *delivery, const SequenceNumber *captured)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		DeliveryAdvance(delivery, worker->calls, captured,
		                MAX_CALLS - EndpointCallsCount(worker->calls));
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, WORK, delivery->destination.table);
		DeliveryPause(delivery);
	}
	PG_END_TRY();
}

static void
TryAnswer(EndpointCall *call)
{
	MemoryContext caller = CurrentMemoryContext;
	Delivery *delivery = DeliveryOf(call);

	PG_TRY();
	{
		DeliveryAnswer(call);
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, WORK, delivery->destination.table);
		DeliveryPause(delivery);
	}
	PG_END_TRY();
}

/* Each round begins with another one, so that all have their share of the calls. */
static void
AdvanceAll(Worker *worker, const SequenceNumber *captured)
{
	ListCell *cell;

	foreach (cell, worker->deliveries)
	{
		CHECK_FOR_INTERRUPTS();
		TryAdvance(worker, lfirst(cell), captured);
	}
	if (list_length(worker->deliveries) > 1)
	{
		Delivery *first = linitial(worker->deliveries);
		MemoryContext caller = MemoryContextSwitchTo(worker->context);

		worker->deliveries = lappend(list_delete_first(worker->deliveries), first);
		MemoryContextSwitchTo(caller);
	}
}

/* --- waiting --- */

static long
MillisecondsTo(TimestampTz time)
{
	return Max(SHORTEST_WAIT, TimestampDifferenceMilliseconds(GetCurrentTimestamp(), time));
}

static long
NextLook(const Worker *worker)
{
	long wait = worker->is_woken ? REFRESH_MILLISECONDS : LOOK_WITHOUT_WAKING;
	ListCell *cell;

	if (EndpointCallsCount(worker->calls) >= MAX_CALLS)
		return wait;
	foreach (cell, worker->deliveries)
	{
		TimestampTz due = DeliveryDue(lfirst(cell));

		if (due != DT_NOEND)
			wait = Min(wait, MillisecondsTo(due));
	}
	return wait;
}

static void
Wait(Worker *worker)
{
	pgstat_report_activity(STATE_IDLE, NULL);
	EndpointCallsWait(worker->calls, NextLook(worker), WaitEventFor(WAIT_FOR_EVENTS));
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
		worker->refreshed = 0;
	}
	CatchUpWithInvalidations();
}

static void
Round(Worker *worker)
{
	EndpointCall *call;
	SequenceNumber captured;

	while ((call = EndpointCallsNext(worker->calls)) != NULL)
		TryAnswer(call);
	if (IsToRefresh(worker))
		Refresh(worker);
	captured = CapturedNow();
	AdvanceAll(worker, &captured);
}

static bool
IsToEnd(const Worker *worker)
{
	return worker->deliveries == NIL && DestinationPlaceLeave(worker->changes);
}

/* --- the process --- */

static void
Connect(Oid database)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	WorkerSessionBegin(database, WORK, LOCK_TIMEOUT);
}

void
DynamoDestinationsMain(Datum argument)
{
	Worker worker = { 0 };

	Connect(DatumGetObjectId(argument));
	if (!DestinationPlaceTake())
		proc_exit(0);
	worker.is_woken = CaptureWaitBegin();
	worker.context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo destinations", ALLOCSET_DEFAULT_SIZES);
	worker.calls = EndpointCallsCreate(worker.context);
	MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "dynamo round of destinations",
	                                            ALLOCSET_DEFAULT_SIZES));
	Refresh(&worker);
	while (!IsToEnd(&worker))
	{
		Round(&worker);
		MemoryContextReset(CurrentMemoryContext);
		Wait(&worker);
	}
	proc_exit(0);
}

void
DestinationsStartWanted(void)
{
	if (!DestinationPlaceIsTaken() && DestinationsLive() != NIL)
		DestinationWorkerStartNow();
}

void
DestinationsInit(void)
{
	KinesisSettingsInit();
	DestinationPlaceInit();
}

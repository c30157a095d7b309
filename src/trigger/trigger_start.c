/*
 * A worker starts at the commit that makes the first trigger of a database. Others are started by
 * rounds of maintenance, which also bring workers back after an error or a restart of the server.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "change/capture/capture_wait.h"
#include "maintenance/maintenance.h"
#include "session/database_worker.h"
#include "storage/query/own_query.h"
#include "trigger/dead_letter.h"
#include "trigger/kinesis/destination_worker.h"
#include "trigger/trigger_catalog.h"
#include "trigger/trigger_notify.h"
#include "trigger/trigger_place.h"
#include "trigger/trigger_start.h"

static int interval = 60;
static int dead_letter_hours = 14 * 24;
static bool at_commit = false; /* of the current transaction */

static void
StartWorker(void)
{
	static const DatabaseWorker worker = { "dynamo triggers", "DynamoTriggerMain",
		                                   BGW_NEVER_RESTART };

	(void) DatabaseWorkerStart(&worker, MyDatabaseId);
}

/* Must not raise an error: the transaction has committed. */
static void
EndTransaction(XactEvent event, void *argument)
{
	if (!at_commit || event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PARALLEL_PRE_COMMIT ||
	    event == XACT_EVENT_PRE_PREPARE)
		return;
	at_commit = false;
	if (event != XACT_EVENT_COMMIT)
		return;
	TriggersChanged();
	if (TriggerPlaceCount() == 0 && TriggerPlacesFree() > 0)
		StartWorker();
}

void
TriggerWorkersStart(void)
{
	static bool registered = false;

	if (!registered)
		RegisterXactCallback(EndTransaction, NULL);
	registered = true;
	at_commit = true;
}

/* --- the job --- */

typedef struct Wanted
{
	int functions;
	int endpoints;
} Wanted;

static void
ReadWanted(HeapTuple row, TupleDesc descriptor, void *state)
{
	Wanted *wanted = state;
	bool null;

	wanted->functions = DatumGetInt32(heap_getattr(row, 1, descriptor, &null));
	wanted->endpoints = DatumGetInt32(heap_getattr(row, 2, descriptor, &null));
}

/* A worker for endpoints and notifications, and one for each trigger with a function. */
static int
CountWanted(void)
{
	OwnQuery query = { 0 };
	Wanted wanted = { 0 };

	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(NotificationsAreOn()));
	(void) OwnQueryRun("SELECT pg_catalog.count(*) FILTER (WHERE function <> 0)::integer,"
	                   " (pg_catalog.count(*) FILTER (WHERE function = 0) > 0 OR ($1 AND EXISTS"
	                   " (SELECT FROM dynamo.stream_catalog WHERE disabled IS NULL)))::integer"
	                   " FROM dynamo.trigger_catalog WHERE enabled",
	                   &query, ReadWanted, &wanted);
	return wanted.functions + wanted.endpoints;
}

static void
StartWanted(void)
{
	int wanted = CountWanted();
	int count = TriggerPlaceCount();
	int room = TriggerPlacesFree();

	DeadLettersExpire(dead_letter_hours);
	DestinationsStartWanted();
	if (wanted > 0 && count == 0 && room == 0)
		TriggerPlaceWant();
	/* One that finds no place, since another database's was faster, ends. */
	for (int i = 0; i < Min(wanted - count, room); i++)
		StartWorker();
}

static const MaintenanceJob job = {
	.name = "triggers",
	.interval = &interval,
	.database = StartWanted,
};

void
TriggerStartInit(void)
{
	DefineCustomIntVariable("dynamo.trigger_interval",
	                        "Time between two looks for triggers that have too few workers.", NULL,
	                        &interval, 60, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.dead_letter_retention",
	                        "Hours after which the dead letters of triggers are deleted.", NULL,
	                        &dead_letter_hours, 14 * 24, 1, 365 * 24, PGC_SIGHUP, 0, NULL, NULL,
	                        NULL);
	CaptureWaitInit();
	TriggerPlaceInit();
	EventTriggersInit();
	NotificationsInit();
	MaintenanceAddJob(&job);
}

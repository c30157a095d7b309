/*
 * Takes lines from the ring and writes them. It alone waits for the disk, or for the server's log.
 * Where it cannot write it tries again each second: the ring keeps what it has room for, and the
 * rest is lost and counted. Once it can, a line says how much was lost.
 *
 * It ends when nothing is recorded any more, and is started again by the first line that is.
 */
#include "auth/audit/audit_writer.h"

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "auth/audit/audit_file.h"
#include "auth/audit/audit_ring.h"
#include "auth/audit/audit_settings.h"
#include "auth/audit/audit_text.h"
#include "session/wait_event.h"
#include "session/worker_budget.h"

#define BATCH_BYTES (64 * 1024)
#define RETRY_MILLISECONDS 1000
#define QUIET_MILLISECONDS 60000 /* the log tells of failures once in this time */
#define FAREWELL_MILLISECONDS 3000
#define FAREWELL_PAUSE 200

PGDLLEXPORT void DynamoAuditMain(Datum argument);

static int
CountWriters(void)
{
	return AuditIsOn() ? 1 : 0;
}

void
AuditWriterInit(void)
{
	WorkerBudgetAdd(WORKERS_AUDIT, CountWriters);
}

/* The lines as messages of the server's log, each on its own. */
static void
WriteToLog(char *lines, int length)
{
	for (char *line = lines; line < lines + length;)
	{
		char *end = strchr(line, '\n');

		*end = '\0';
		ereport(LOG, (errmsg_internal("dynamo audit: %s", line), errhidestmt(true),
		              errhidecontext(true)));
		line = end + 1;
	}
}

static void
ReportFailure(int failure)
{
	static TimestampTz quiet_until = 0;
	TimestampTz now = GetCurrentTimestamp();
	char message[AUDIT_MAX_ERROR];

	snprintf(message, sizeof(message), "could not write to \"%s\": %s", audit_file,
	         strerror(failure));
	AuditRingFailed(message);
	if (now < quiet_until)
		return;
	quiet_until = TimestampTzPlusMilliseconds(now, QUIET_MILLISECONDS);
	ereport(LOG, (errmsg("dynamo's audit %s", message),
	              errdetail("Calls go on; records that have no room meanwhile are lost. See "
	                        "dynamo.audit_status.")));
}

/* The bytes of whole lines that were written. What is left of a line is written again as a whole.
 */
static int
Write(char *lines, int length)
{
	int done = length;
	int failure;

	if (audit_destination == AUDIT_TO_LOG)
	{
		WriteToLog(lines, length);
		return length;
	}
	failure = AuditFileAppend(lines, length, &done);
	if (failure != 0)
		ReportFailure(failure);
	while (done > 0 && lines[done - 1] != '\n')
		done--;
	return done;
}

static int
CountLines(const char *lines, int length)
{
	int count = 0;

	for (int i = 0; i < length; i++)
		count += lines[i] == '\n';
	return count;
}

/* False where it failed. */
static bool
WriteBatch(void)
{
	static char lines[BATCH_BYTES + 1];
	int count;
	int length = AuditRingPeek(lines, BATCH_BYTES, &count);
	int done;

	if (length == 0)
		return true;
	done = Write(lines, length);
	if (done < length)
		count = CountLines(lines, done);
	AuditRingRemove(done, count);
	return done == length;
}

static void
TellOfLost(void)
{
	uint64 lost = AuditRingTakeLost();
	char line[256];
	AuditText text;

	if (lost == 0)
		return;
	AuditTextInit(&text, line, sizeof(line));
	AuditTextAppend(&text,
	                "{\"eventVersion\":\"1.11\",\"eventType\":\"AwsServiceEvent\","
	                "\"eventName\":\"AuditRecordsLost\",\"additionalEventData\":{\"lost\":%llu}}\n",
	                (unsigned long long) lost);
	AuditRingPut(line, text.length);
	ereport(LOG,
	        (errmsg("dynamo's audit lost %llu records", (unsigned long long) lost),
	         errhint("Raise dynamo.audit_buffer_size, lower dynamo.audit_sample_rate, or see to "
	                 "the disk of dynamo.audit_file.")));
}

static void
Wait(long milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
	                 WaitEventFor(WAIT_FOR_RECORDS));
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	if (!ConfigReloadPending)
		return;
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
	AuditFileClose();
}

/* Whether all that there was is written. */
static bool
WriteAll(void)
{
	while (AuditRingCounts().waiting > 0)
	{
		CHECK_FOR_INTERRUPTS();
		if (!WriteBatch())
			return false;
	}
	TellOfLost();
	return true;
}

static void
Serve(void)
{
	while (!ShutdownRequestPending)
	{
		bool written = WriteAll();

		if (!written)
			Wait(RETRY_MILLISECONDS);
		else if (AuditRingMayWait())
		{
			if (!AuditIsOn())
				return;
			Wait(QUIET_MILLISECONDS);
		}
	}
}

/* Sessions and workers that end with the server may record more until they have ended. */
static void
Farewell(void)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), FAREWELL_MILLISECONDS);
	uint64 before;

	do
	{
		before = AuditRingCounts().written;
		if (!WriteAll())
			return;
		pg_usleep(FAREWELL_PAUSE * 1000L);
	} while (GetCurrentTimestamp() < end &&
	         (AuditRingCounts().waiting > 0 || AuditRingCounts().written != before));
}

void
DynamoAuditMain(Datum argument)
{
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	if (!AuditRingServe())
		proc_exit(0);
	Serve();
	if (ShutdownRequestPending)
		Farewell();
	AuditFileClose();
	proc_exit(0);
}

/*
 * Time to live: deleting items that have expired.
 *
 * A search of the index says which items may have expired; whether one is
 * deleted is decided on its newest committed version, so that a write which came
 * first wins. There is no wait: an item that another transaction holds is
 * left to the next round.
 *
 * The deletions are the service's own, but run as the table's owner. Where WAL is written for
 * logical decoding, messages of the transaction stand around them (deletion_mark.h).
 *
 * The job deletes a batch of what it has found in each transaction. Where a
 * trigger or a constraint of the owner refuses one item of a batch, the others
 * are deleted one by one. Triggers that take too long are cancelled; where they
 * go on all the same, the worker ends.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "replication/message.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timeout.h"

#include "compat.h"
#include "error/error.h"
#include "storage/query/ddl.h"
#include "storage/read/expired_items.h"
#include "storage/region/stamped_write.h"
#include "maintenance/known_fault.h"
#include "maintenance/maintenance.h"
#include "metrics/series.h"
#include "storage/relation/deletion_mark.h"
#include "storage/relation/table_owner.h"
#include "maintenance/time_to_live.h"
#include "storage/write/write.h"

#define BATCH_ITEMS 100
#define FOUND_ITEMS 5000 /* by one search; their keys are in memory */
#define LOCK_TIMEOUT 100 /* milliseconds, for what triggers and constraints wait for */
#define REFUSED_DELETION "refused deletion"

/* Items that are deleted between one pair of messages. */
typedef struct Deletion
{
	Table *table;
	ExpiryRange range;
	bool marked;  /* the first message is out */
	bool expired; /* the last decision */
	int count;
} Deletion;

/* Deletions that happen together or not at all. */
typedef struct Attempt
{
	Table *table;
	const ItemKey *keys;
	int count;
	int deleted;
} Attempt;

/* The items of a table that a round of the job has found, and how far it is with them. */
typedef struct Progress
{
	ExpirySearch search;
	MemoryContext context; /* of the keys */
	Oid relation;          /* whose items they are */
	ItemKey *keys;
	int found;
	int tried;
	bool refused; /* that items could not be deleted has been said */
} Progress;

static int interval = 60;
static int batch_timeout = 60000;

/* The name of a table has no characters that JSON would escape. */
static void
LogIdentity(const Table *table, const char *identity)
{
	char *message;

	if (!XLogLogicalInfoActive())
		return;
	message = psprintf(DELETION_MARK_TABLE "%.*s" DELETION_MARK_IDENTITY "%s}",
	                   BYTES_ARGS(table->definition.name), identity);
	(void) LogTransactionMessage(DELETION_MARK_PREFIX, message, strlen(message));
	pfree(message);
}

static void
MarkBegin(Deletion *deletion)
{
	if (!deletion->marked)
		LogIdentity(deletion->table, SERVICE_IDENTITY);
	deletion->marked = true;
}

static void
MarkEnd(Deletion *deletion)
{
	if (deletion->marked)
		LogIdentity(deletion->table, "null");
	deletion->marked = false;
}

static WriteAction
DecideDeletion(void *state, const Jsonb *current, Jsonb **replacement)
{
	Deletion *deletion = state;

	deletion->expired =
	    current != NULL && ItemIsExpired(deletion->table, current, &deletion->range);
	if (!deletion->expired)
		return WRITE_ABANDON;
	MarkBegin(deletion);
	return WRITE_DELETE;
}

static void
DeleteItem(Deletion *deletion, const ItemKey *key, int *pauses)
{
	volatile bool done = false;

	StampExpiring(true);
	PG_TRY();
	{
		done = ItemWriteInTransaction(deletion->table, key, DecideDeletion, deletion, pauses);
	}
	PG_FINALLY();
	{
		StampExpiring(false);
	}
	PG_END_TRY();
	if (done && deletion->expired)
		deletion->count++;
}

/* Those of the items that are expired and that no transaction holds; how many. */
static int
DeleteItems(Table *table, const ItemKey *keys, int count)
{
	Deletion deletion = { .table = table, .range = CurrentExpiryRange() };
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo expired item", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	int pauses = 0;

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		DeleteItem(&deletion, &keys[i], &pauses);
		MemoryContextReset(context);
	}
	MarkEnd(&deletion);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return deletion.count;
}

static void
CountDeletions(const Table *table, int count)
{
	MetricsSubject subject = { .operation = "TimeToLive", .table = table->definition.name };

	if (count > 0)
		MetricsAdd(MetricsSeries(&subject), METRIC_EXPIRED, count);
}

static bool
IsEnabled(const Table *table)
{
	return table->definition.time_to_live != NULL &&
	       table->definition.time_to_live->status == STATUS_ACTIVE;
}

int
DeleteExpiredItems(Table *table, int limit)
{
	ItemKey *keys = palloc_array(ItemKey, limit);
	ExpirySearch search = { .context = CurrentMemoryContext };
	CallerRole caller;
	int deleted = 0;
	int found;

	PreventCommandIfReadOnly("the deletion of expired items");
	CheckRelationOwner(table->relation);
	if (!IsEnabled(table))
		return 0;
	caller = BecomeTableOwner(table);
	while (deleted < limit && (found = ExpiredItemsFind(table, &search, keys, limit - deleted)) > 0)
		deleted += DeleteItems(table, keys, found);
	ReturnToCaller(&caller);
	CountDeletions(table, deleted);
	return deleted;
}

static void
DeleteAttempted(void *state)
{
	Attempt *attempt = state;

	attempt->deleted = DeleteItems(attempt->table, attempt->keys, attempt->count);
}

/* NULL, or the error that has undone the deletions; one that is to end the worker's is raised. */
static ErrorData *
TryDeleteItems(Table *table, const ItemKey *keys, int count)
{
	Attempt attempt = { .table = table, .keys = keys, .count = count };
	ErrorData *error = ItemWritesTry(DeleteAttempted, &attempt, LOCK_TIMEOUT);

	if (error != NULL && ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION)
		ReThrowError(error);
	if (error == NULL)
		CountDeletions(table, attempt.deleted);
	return error;
}

/* Once: the next item, and the next round, will meet the same again. */
static void
ReportRefusal(const Table *table, const ErrorData *error, Progress *progress)
{
	if (progress->refused || ErrorIsTransactionConflict(error))
		return;
	progress->refused = true;
	if (!FaultIsNew(REFUSED_DELETION, table->definition.name, error))
		return;
	ereport(LOG, (errcode(error->sqlerrcode),
	              errmsg("an expired item of table \"%.*s\" could not be deleted: %s",
	                     BYTES_ARGS(table->definition.name), error->message)));
}

static void
DeleteOneByOne(Table *table, const ItemKey *keys, int count, Progress *progress)
{
	for (int i = 0; i < count; i++)
	{
		ErrorData *error = TryDeleteItems(table, &keys[i], 1);

		if (error == NULL)
			continue;
		ReportRefusal(table, error, progress);
		FreeErrorData(error);
	}
}

/* Triggers deferred to the commit would run with the worker's rights. */
static void
FireTriggersAtOnce(void)
{
	AfterTriggerSetState(makeNode(ConstraintsSetStmt));
}

static void
FindItems(Table *table, void *state)
{
	Progress *progress = state;
	MemoryContext caller = MemoryContextSwitchTo(progress->context);

	if (IsEnabled(table) && !XactReadOnly)
	{
		progress->relation = table->relation;
		progress->keys = palloc_array(ItemKey, FOUND_ITEMS);
		progress->found = ExpiredItemsFind(table, &progress->search, progress->keys, FOUND_ITEMS);
	}
	MemoryContextSwitchTo(caller);
}

static void
EndWorker(void)
{
	kill(MyProcPid, SIGTERM);
}

/* The job has one worker in the server: no owner's triggers may keep it. */
static void
StartClock(void)
{
	static TimeoutId last = MAX_TIMEOUTS;

	if (last == MAX_TIMEOUTS)
		last = RegisterTimeout(USER_TIMEOUT, EndWorker);
	enable_timeout_after(STATEMENT_TIMEOUT, batch_timeout);
	enable_timeout_after(last, 2 * batch_timeout);
}

/* The next of the items that were found; none where it is another table of the name by now. */
static void
DeleteBatch(Table *table, void *state)
{
	Progress *progress = state;
	const ItemKey *keys = progress->keys + progress->tried;
	int count = Min(BATCH_ITEMS, progress->found - progress->tried);
	CallerRole caller;

	progress->tried += count;
	if (table->relation != progress->relation)
		return;
	FireTriggersAtOnce();
	StartClock();
	caller = BecomeTableOwner(table);
	if (TryDeleteItems(table, keys, count) != NULL)
		DeleteOneByOne(table, keys, count, progress);
	ReturnToCaller(&caller);
	disable_all_timeouts(false);
}

static void
ForgetFound(Progress *progress)
{
	if (progress->context == NULL)
	{
		progress->search.context = CurrentMemoryContext;
		progress->context = AllocSetContextCreate(CurrentMemoryContext, "dynamo expired items",
		                                          ALLOCSET_DEFAULT_SIZES);
	}
	MemoryContextReset(progress->context);
	progress->found = 0;
	progress->tried = 0;
}

static bool
DeleteExpiredOf(Bytes name, void *state)
{
	Progress *progress = state;

	if (progress->tried < progress->found)
		return MaintenanceTransaction(name, DeleteBatch, progress);
	ForgetFound(progress);
	if (MaintenanceTransaction(name, FindItems, progress) && progress->found > 0)
		return true;
	ForgetFound(progress); /* other tables' turns may be long */
	if (!progress->refused)
		FaultIsOver(REFUSED_DELETION, name);
	return false;
}

static const MaintenanceJob time_to_live = {
	.name = "time to live",
	.interval = &interval,
	.table = DeleteExpiredOf,
	.state_size = sizeof(Progress),
};

void
TimeToLiveInit(void)
{
	DefineCustomIntVariable("dynamo.ttl_interval",
	                        "Time between two rounds of deleting expired items.", NULL, &interval,
	                        60, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.ttl_batch_timeout",
	    "Longest time in which a batch of expired items must be deleted, with its triggers.",
	    "The batch is cancelled then. After as long again the worker ends.", &batch_timeout, 60000,
	    100, 3600000, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	MaintenanceAddJob(&time_to_live);
}

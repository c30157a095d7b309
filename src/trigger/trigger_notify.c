/*
 * What changes is found in the shared memory of capturing: no table is read for it. Leaves share
 * places there, so that a notification may come without a change.
 */
#include "trigger/trigger_notify.h"

#include "access/xact.h"
#include "commands/async.h"
#include "common/md5.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/log/log_read.h"
#include "maintenance/maintenance.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "storage/stream/shard_catalog.h"

PG_FUNCTION_INFO_V1(dynamo_stream_channel);

#define CHANNEL_BEGINNING "dynamo_stream:"
#define NOTIFICATION_PAUSE 100 /* milliseconds */

typedef struct StreamChannel
{
	Bytes table;
	List *leaves; /* oids */
} StreamChannel;

static bool notifications = true;
static MemoryContext context = NULL; /* of the channels */
static List *channels = NIL;
static SequenceNumber told; /* what is before has been notified of */
static TimestampTz told_at = 0;

/* The table's name, or where that is too long its MD5. */
static char *
ChannelName(Bytes table)
{
	char hash[33];
	const char *fault = NULL;

	if (table.length < NAMEDATALEN - (int) strlen(CHANNEL_BEGINNING))
		return psprintf(CHANNEL_BEGINNING "%.*s", BYTES_ARGS(table));
	if (!pg_md5_hash(table.data, table.length, hash, &fault))
		ereport(ERROR,
		        (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute MD5: %s", fault)));
	return psprintf(CHANNEL_BEGINNING "%s", hash);
}

/* stream_channel(table_name text) returns text */
Datum
dynamo_stream_channel(PG_FUNCTION_ARGS)
{
	char *table = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_TEXT_P(cstring_to_text(ChannelName(BytesFromCString(table))));
}

bool
NotificationsAreOn(void)
{
	return notifications;
}

static void
AddChannel(const StreamRow *row)
{
	MemoryContext transaction;
	List *shards;
	StreamChannel *channel;
	ListCell *cell;

	if (row->disabled != 0)
		return;
	shards = StreamShardsReadable(row);
	transaction = MemoryContextSwitchTo(context);
	channel = palloc0_object(StreamChannel);
	channel->table = BytesFromCString(BytesToCString(row->table));
	foreach (cell, shards)
		channel->leaves =
		    list_append_unique_oid(channel->leaves, ((StreamShard *) lfirst(cell))->leaf);
	channels = lappend(channels, channel);
	MemoryContextSwitchTo(transaction);
}

/* In a transaction. */
static void
ReadChannels(void)
{
	ListCell *cell;

	if (context == NULL)
		context = AllocSetContextCreate(TopMemoryContext, "dynamo channels of streams",
		                                ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(context);
	channels = NIL;
	if (!notifications || !CatalogExists())
		return;
	foreach (cell, StreamRowsShown((Bytes){ NULL, 0 }))
		AddChannel(lfirst(cell));
}

int
NotificationsRefresh(void)
{
	MemoryContext caller = CurrentMemoryContext;

	StartTransactionCommand();
	ReadChannels();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return list_length(channels);
}

static bool
HasChanged(const StreamChannel *channel)
{
	ListCell *cell;

	foreach (cell, channel->leaves)
		if (LogMayHave(lfirst_oid(cell), &told))
			return true;
	return false;
}

static void
Notify(const List *changed, const SequenceNumber *captured)
{
	ListCell *cell;

	StartTransactionCommand();
	WorkerSessionWaitForLocks(); /* of others that notify and commit */
	foreach (cell, changed)
		Async_Notify(ChannelName(((StreamChannel *) lfirst(cell))->table),
		             SequenceNumberText(captured));
	CommitTransactionCommand();
}

/* A listener that lets the queue of notifications fill has it fail for all: that is logged once. */
static void
TryNotify(const List *changed, const SequenceNumber *captured)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		Notify(changed, captured);
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, "notification of streams", BYTES_LITERAL(""));
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
}

static void
SendUpTo(const SequenceNumber *captured)
{
	List *changed = NIL;
	ListCell *cell;

	foreach (cell, channels)
		if (HasChanged(lfirst(cell)))
			changed = lappend(changed, lfirst(cell));
	if (changed == NIL)
		return;
	TryNotify(changed, captured);
	told_at = GetCurrentTimestamp();
	list_free(changed);
}

long
NotificationsSend(void)
{
	SequenceNumber captured;
	long pause;

	if (channels == NIL || !LogCapturedByWorker(&captured) ||
	    SequenceNumberCompare(&captured, &told) <= 0)
		return -1;
	pause = TimestampDifferenceMilliseconds(
	    GetCurrentTimestamp(), TimestampTzPlusMilliseconds(told_at, NOTIFICATION_PAUSE));
	if (pause > 0)
		return pause;
	if (told.epoch != 0) /* else it has just begun */
		SendUpTo(&captured);
	told = captured;
	return -1;
}

void
NotificationsInit(void)
{
	DefineCustomBoolVariable("dynamo.stream_notifications",
	                         "Notifies channels of tables when their streams have new records.",
	                         NULL, &notifications, true, PGC_SIGHUP, 0, NULL, NULL, NULL);
}

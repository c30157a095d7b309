/*
 * Of the records of a round only the last one of each item is applied: it has all that the earlier
 * ones did. Their images are whole items, so that a record may be applied again, after a crash, and
 * an item that the scan has brought is replaced by what it was in between, and then by what it is.
 *
 * A stream keeps its records for 24 hours. A migration that has not read it for nearly as long may
 * have missed some, and fails.
 */
#include "transfer/migrate/stream.h"

#include "access/xlog.h"
#include "storage/standby.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/log/log_read.h"
#include "compat.h"
#include "json/json_member.h"
#include "transfer/remote/answer.h"
#include "transfer/migrate/phase.h"
#include "transfer/migrate/scan.h"
#include "transfer/migrate/write.h"

#define SHARDS_AT_ONCE 16
#define LIST_INTERVAL 10000            /* ms between two descriptions of the stream */
#define LONGEST_GAP (23 * 3600 * 1000) /* ms */
#define SAVE_INTERVAL 60000            /* ms after which a round without records is noted, too */
#define FOLLOW_PAUSE 200               /* ms; an endpoint allows five reads of a shard a second */
#define FULL_PAGE 200                  /* records of a page behind which there are more, likely */
#define MAX_SHARDS 10000               /* of a stream, also pages of its description */
#define EMPTY_ANSWERS 2                /* in a row, of each shard at the end */

bool
StreamIsDue(const MigrationRun *run, int milliseconds)
{
	return run->options.changes && TimestampDifferenceExceeds(run->position.stream.read,
	                                                          GetCurrentTimestamp(), milliseconds);
}

/* --- shards --- */

static ShardPlace *
FindShard(const StreamPlaces *places, Bytes id)
{
	ListCell *cell;

	foreach (cell, places->shards)
	{
		ShardPlace *shard = lfirst(cell);

		if (BytesEqual(id, BytesFromCString(shard->id)))
			return shard;
	}
	return NULL;
}

pg_noreturn static void
RaiseNoEnd(const MigrationRun *run)
{
	ereport(ERROR,
	        (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
	         errmsg("the stream of table \"%s\" has more than %d shards, or its description does"
	                " not end",
	                run->source.table, MAX_SHARDS)));
}

static void
TakeShard(MigrationRun *run, const JsonNode *description)
{
	StreamPlaces *places = &run->position.stream;
	Bytes id = AnswerShortString(description, "ShardId");
	Bytes parent = AnswerShortString(description, "ParentShardId");
	ShardPlace *shard;
	MemoryContext step;

	if (id.data == NULL)
		return;
	shard = FindShard(places, id);
	if (shard == NULL)
	{
		if (list_length(places->shards) == MAX_SHARDS)
			RaiseNoEnd(run);
		step = MemoryContextSwitchTo(run->context);
		shard = palloc0_object(ShardPlace);
		shard->id = BytesToCString(id);
		shard->parent = parent.data == NULL ? NULL : BytesToCString(parent);
		places->shards = lappend(places->shards, shard);
		MemoryContextSwitchTo(step);
	}
	shard->listed = true;
}

/* A page of the description; the shard behind which the next one begins, NULL: none. */
static char *
ListPage(MigrationRun *run, const char *after)
{
	const JsonNode *description;
	const JsonNode *shards;
	ApiCall call;
	JsonWriter writer;
	Bytes last;

	ApiCallBegin(&call, "DescribeStream", &writer);
	JsonCStringMember(&writer, "StreamArn", run->position.stream.arn);
	if (after != NULL)
		JsonCStringMember(&writer, "ExclusiveStartShardId", after);
	ApiCallEnd(&writer);
	description = AnswerNeed(SideAsk(&run->source, &call), "StreamDescription", JSON_NODE_OBJECT);
	shards = AnswerNeed(description, "Shards", JSON_NODE_ARRAY);
	for (int i = 0; i < shards->count; i++)
		TakeShard(run, &shards->elements[i]);
	run->images = AnswerStringIs(description, "StreamViewType", "NEW_IMAGE") ||
	              AnswerStringIs(description, "StreamViewType", "NEW_AND_OLD_IMAGES");
	last = AnswerShortString(description, "LastEvaluatedShardId");
	return last.data == NULL ? NULL : BytesToCString(last);
}

/* Shards that the stream does not have any more are over, and forgotten. */
static void
ForgetUnlisted(StreamPlaces *places)
{
	ListCell *cell;

	foreach (cell, places->shards)
		if (!((const ShardPlace *) lfirst(cell))->listed)
			places->shards = foreach_delete_current (places->shards, cell);
}

static void
ListShards(MigrationRun *run)
{
	TimestampTz now = GetCurrentTimestamp();
	char *after = NULL;
	ListCell *cell;
	int pages = 0;

	if (!run->list_shards && run->stream_listed != 0 &&
	    !TimestampDifferenceExceeds(run->stream_listed, now, LIST_INTERVAL))
		return;
	foreach (cell, run->position.stream.shards)
		((ShardPlace *) lfirst(cell))->listed = false;
	do
	{
		if (pages++ == MAX_SHARDS)
			RaiseNoEnd(run);
		after = ListPage(run, after);
	} while (after != NULL);
	ForgetUnlisted(&run->position.stream);
	run->stream_listed = now;
	run->list_shards = false;
}

/* Its parent has been read to the end, or is not there any more. */
static bool
IsReadable(const StreamPlaces *places, const ShardPlace *shard)
{
	const ShardPlace *parent;

	if (shard->done || shard->parent == NULL)
		return !shard->done;
	parent = FindShard(places, BytesFromCString(shard->parent));
	return parent == NULL || parent->done;
}

/* --- reading --- */

static void
FillIterator(const MigrationRun *run, const ShardPlace *shard, ApiCall *call)
{
	JsonWriter writer;

	ApiCallBegin(call, "GetShardIterator", &writer);
	JsonCStringMember(&writer, "StreamArn", run->position.stream.arn);
	JsonCStringMember(&writer, "ShardId", shard->id);
	JsonCStringMember(&writer, "ShardIteratorType",
	                  shard->sequence == NULL ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER");
	if (shard->sequence != NULL)
		JsonCStringMember(&writer, "SequenceNumber", shard->sequence);
	ApiCallEnd(&writer);
}

static void
SetIterator(MigrationRun *run, ShardPlace *shard, Bytes iterator)
{
	MemoryContext step = MemoryContextSwitchTo(run->context);

	if (shard->iterator != NULL)
		pfree(shard->iterator);
	shard->iterator = iterator.data == NULL ? NULL : BytesToCString(iterator);
	MemoryContextSwitchTo(step);
}

static void
GetIterators(MigrationRun *run, ShardPlace **shards, int count)
{
	ApiCall *calls = palloc_array(ApiCall, count);
	ShardPlace **wanted = palloc_array(ShardPlace *, count);
	int missing = 0;

	for (int i = 0; i < count; i++)
	{
		if (shards[i]->iterator != NULL)
			continue;
		FillIterator(run, shards[i], &calls[missing]);
		wanted[missing++] = shards[i];
	}
	SideRun(&run->source, calls, missing);
	for (int i = 0; i < missing; i++)
	{
		Bytes iterator = AnswerShortString(calls[i].answer, "ShardIterator");

		if (iterator.data == NULL)
			(void) AnswerNeed(calls[i].answer, "ShardIterator", JSON_NODE_STRING);
		SetIterator(run, wanted[i], iterator);
	}
}

static void
FillRecords(const ShardPlace *shard, ApiCall *call)
{
	JsonWriter writer;

	ApiCallBegin(call, "GetRecords", &writer);
	JsonCStringMember(&writer, "ShardIterator", shard->iterator);
	ApiCallEnd(&writer);
	call->allowed = "ExpiredIteratorException";
}

/* --- records --- */

/* A record of a round. */
typedef struct Record
{
	const char *key; /* KeyText */
	int number;
	ItemChange change;
	bool fetch; /* the record has no new item: what the item is now is to be read */
} Record;

typedef struct Records
{
	int count;
	int room;
	Record *all;
} Records;

static void
TakeRecord(const MigrationRun *run, const JsonNode *node, Records *records)
{
	const JsonNode *body = AnswerNeed(node, "dynamodb", JSON_NODE_OBJECT);
	const JsonNode *image = AnswerMember(body, "NewImage", JSON_NODE_OBJECT);
	bool removed = AnswerStringIs(node, "eventName", "REMOVE");
	Record *record = &records->all[records->count];

	*record = (Record){ .number = records->count++ };
	record->change.key = AnswerNeed(body, "Keys", JSON_NODE_OBJECT);
	record->change.item = removed ? NULL : image;
	record->fetch = !removed && image == NULL;
	record->key = KeyText(run, record->change.key);
}

static void
SetSequence(MigrationRun *run, ShardPlace *shard, const JsonNode *last)
{
	const JsonNode *body = AnswerNeed(last, "dynamodb", JSON_NODE_OBJECT);
	Bytes sequence = AnswerShortString(body, "SequenceNumber");

	(void) AnswerNeed(body, "SequenceNumber", JSON_NODE_STRING);
	if (shard->sequence != NULL)
		pfree(shard->sequence);
	shard->sequence = MemoryContextStrdup(run->context, BytesToCString(sequence));
}

static void
TakePage(MigrationRun *run, ShardPlace *shard, const ApiCall *call, Records *records)
{
	const JsonNode *page;
	Bytes next;

	if (call->refused)
	{
		SetIterator(run, shard, (Bytes){ NULL, 0 });
		shard->empty = 0;
		return;
	}
	page = AnswerNeed(call->answer, "Records", JSON_NODE_ARRAY);
	for (int i = 0; i < page->count; i++)
		TakeRecord(run, &page->elements[i], records);
	if (page->count > 0)
		SetSequence(run, shard, &page->elements[page->count - 1]);
	shard->empty = page->count > 0 ? 0 : shard->empty + 1;
	next = AnswerShortString(call->answer, "NextShardIterator");
	SetIterator(run, shard, next);
	shard->done = next.data == NULL;
	run->list_shards |= shard->done;
	run->job.changes += page->count;
	run->job.bytes += call->size;
}

static int
CompareRecords(const void *a, const void *b)
{
	const Record *left = a;
	const Record *right = b;
	int order = strcmp(left->key, right->key);

	return order != 0 ? order : (left->number > right->number) - (left->number < right->number);
}

/* The last record of each item alone. */
static void
KeepLast(Records *records)
{
	int kept = 0;

	qsort(records->all, records->count, sizeof(Record), CompareRecords);
	for (int i = 0; i < records->count; i++)
		if (i + 1 == records->count || strcmp(records->all[i].key, records->all[i + 1].key) != 0)
			records->all[kept++] = records->all[i];
	records->count = kept;
}

/* What items are now that the stream tells only the keys of. */
static void
FetchItems(MigrationRun *run, Records *records)
{
	const JsonNode **keys = palloc_array(const JsonNode *, records->count + 1);
	Record **wanting = palloc_array(Record *, records->count + 1);
	const JsonNode **items;
	int count = 0;

	for (int i = 0; i < records->count; i++)
	{
		if (!records->all[i].fetch)
			continue;
		wanting[count] = &records->all[i];
		keys[count++] = records->all[i].change.key;
	}
	if (count == 0)
		return;
	items = ItemsOfKeys(run, &run->source, keys, count);
	for (int i = 0; i < count; i++)
		wanting[i]->change.item = items[i];
}

static void
Apply(MigrationRun *run, Records *records)
{
	ItemChange *changes;

	KeepLast(records);
	FetchItems(run, records);
	changes = palloc_array(ItemChange, records->count + 1);
	for (int i = 0; i < records->count; i++)
		changes[i] = records->all[i].change;
	ChangesWrite(run, changes, records->count);
}

/* --- rounds --- */

/* Reads and applies a page of each shard; whether all were empty, and none has ended. */
static bool
ReadShards(MigrationRun *run, ShardPlace **shards, int count)
{
	ApiCall *calls = palloc_array(ApiCall, count);
	Records records = { 0 };
	bool empty = true;

	GetIterators(run, shards, count);
	for (int i = 0; i < count; i++)
		FillRecords(shards[i], &calls[i]);
	SideRun(&run->source, calls, count);
	for (int i = 0; i < count; i++)
		records.room += AnswerCount(calls[i].answer, "Records");
	records.all = palloc_array(Record, records.room + 1);
	for (int i = 0; i < count; i++)
	{
		TakePage(run, shards[i], &calls[i], &records);
		run->caught_up &= AnswerCount(calls[i].answer, "Records") < FULL_PAGE;
		empty = empty && shards[i]->empty >= EMPTY_ANSWERS && !shards[i]->done;
	}
	if (run->caught_up)
		run->job.caught_up = run->round_began;
	if (records.count > 0)
		Apply(run, &records);
	return empty;
}

/* The same in memory of its own, so that a round does not keep the records of all shards. */
static bool
ReadSome(MigrationRun *run, ShardPlace **shards, int count)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo shards", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	bool empty = ReadShards(run, shards, count);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return empty;
}

static void
CheckGap(const MigrationRun *run)
{
	TimestampTz read = run->position.stream.read;

	if (read != 0 && TimestampDifferenceExceeds(read, GetCurrentTimestamp(), LONGEST_GAP))
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("the stream of table \"%s\" was not read for too long: changes may"
		                       " be lost",
		                       run->source.table),
		                errhint("Empty the target's table, and begin a new migration.")));
}

/* A round that has changed nothing is noted now and then, for CheckGap. */
static void
NoteRound(MigrationRun *run, TimestampTz began)
{
	TimestampTz before = run->position.stream.read;

	run->position.stream.read = began;
	if (before == 0 || TimestampDifferenceExceeds(run->stream_saved, began, SAVE_INTERVAL))
	{
		run->stream_saved = began;
		MigrationRunSave(run);
	}
}

/* There is always a shard that can be read, or has been. */
static void
CheckShards(const MigrationRun *run, int readable, int waiting)
{
	if (list_length(run->position.stream.shards) == 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("the stream of table \"%s\" has no shards", run->source.table)));
	if (readable == 0 && waiting > 0)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("shards of the stream of table \"%s\" are each other's parents",
		                       run->source.table)));
}

void
StreamRound(MigrationRun *run)
{
	TimestampTz began = GetCurrentTimestamp();
	StreamPlaces *places = &run->position.stream;
	ShardPlace **shards;
	int count = 0;
	int waiting = 0;
	ListCell *cell;

	CheckGap(run);
	ListShards(run);
	shards = palloc_array(ShardPlace *, list_length(places->shards) + 1);
	foreach (cell, places->shards)
	{
		ShardPlace *shard = lfirst(cell);

		if (IsReadable(places, shard))
			shards[count++] = shard;
		else
			waiting += !shard->done;
	}
	CheckShards(run, count, waiting);
	run->at_end = run->caught_up = waiting == 0;
	run->round_began = began;
	for (int i = 0; i < count; i += SHARDS_AT_ONCE)
		run->at_end &= ReadSome(run, shards + i, Min(SHARDS_AT_ONCE, count - i));
	NoteRound(run, began);
}

StepResult
FollowStep(MigrationRun *run)
{
	if (run->job.wanted == WISH_CUT_OVER || run->job.wanted == WISH_CUT_OVER_AT_ONCE)
	{
		run->job.phase = MIGRATION_DRAINING;
		MigrationRunSave(run);
		return STEP_MORE;
	}
	if (!StreamIsDue(run, FOLLOW_PAUSE))
		return STEP_IDLE;
	StreamRound(run);
	return run->at_end ? STEP_IDLE : STEP_MORE;
}

/* --- the end --- */

/*
 * Of a table of this database: whether the log has all that was committed when draining began. Of
 * an endpoint's there is no telling.
 */
static bool
IsCaptured(MigrationRun *run)
{
	SequenceNumber captured;

	if (run->source.remote != NULL)
		return true;
	if (run->drain_from == 0)
	{
		run->drain_from = LogStandbySnapshot();
		XLogFlush(run->drain_from);
	}
	return LogCapturedByWorker(&captured) && captured.commit >= run->drain_from;
}

/* The writers have stopped: the stream has ended when it has had nothing for some time. */
StepResult
DrainStep(MigrationRun *run)
{
	TimestampTz now = GetCurrentTimestamp();
	bool captured = IsCaptured(run);

	StreamRound(run);
	if (!run->at_end || !captured)
	{
		run->drain_since = 0;
		return run->at_end ? STEP_IDLE : STEP_MORE;
	}
	if (run->drain_since == 0)
		run->drain_since = now;
	if (run->source.remote != NULL &&
	    !TimestampDifferenceExceeds(run->drain_since, now, run->options.settle))
		return STEP_IDLE;
	run->job.drained = GetCurrentTimestamp();
	run->position.comparison = (Comparison){ 0 };
	run->job.phase =
	    run->job.wanted == WISH_CUT_OVER_AT_ONCE ? MIGRATION_FINISHING : MIGRATION_CHECKING;
	MigrationRunSave(run);
	return STEP_MORE;
}

/*
 * dynamo.changes(): the changes of a stream as rows.
 *
 * The log has them by the table's partitions, each in order: they are merged by their sequence
 * numbers. All that is given was in the log, whole, when the call began, so that one that goes on
 * behind the last row misses nothing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/change_record.h"
#include "change/log/log_read.h"
#include "error/error.h"
#include "item/encoding.h"
#include "operation/access/authorization.h"
#include "operation/access/authorization_end.h"
#include "operation/arn.h"
#include "operation/stream/readable_stream.h"

#define COLUMNS 8

PG_FUNCTION_INFO_V1(dynamo_changes);
PG_FUNCTION_INFO_V1(dynamo_changes_of_time);

typedef struct ChangeRange
{
	SequenceNumber from;
	SequenceNumber before;
	TimestampTz from_time;
	TimestampTz before_time;
} ChangeRange;

/* A partition's changes, at the one that is next. */
typedef struct LeafChanges
{
	LogCursor *cursor;
	LoggedChange change;
	Oid leaf;
	const StreamShard *shard; /* that had the change before */
} LeafChanges;

/* --- arguments --- */

static SequenceNumber
ReadNumber(const text *argument)
{
	Bytes text = { VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument) };
	SequenceNumber number;

	if (!SequenceNumberParse(text, &number))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("\"%.*s\" is no sequence number of a change", BYTES_ARGS(text)),
		                errhint("Sequence numbers have 21 to 40 digits.")));
	return number;
}

/* The ARN of a stream, or the name of a table, whose latest it is. */
static const KnownStream *
StreamNamed(const OperationContext *context, const text *argument)
{
	Bytes name = { VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument) };
	const StreamRow *latest;
	List *rows;

	if (BytesBeginWith(name, BYTES_LITERAL("arn:")))
		return ReadableStream(context, name);
	rows = StreamRowsShown(name);
	latest = rows != NIL ? llast(rows) : NULL;
	return ReadableStreamOf(context, name, latest != NULL ? latest->label : 0, name);
}

/* --- cursors --- */

/* The heap has the greatest on top. */
static int
CompareLeaves(Datum one, Datum other, void *argument)
{
	const LeafChanges *first = (const LeafChanges *) DatumGetPointer(one);
	const LeafChanges *second = (const LeafChanges *) DatumGetPointer(other);

	return -SequenceNumberCompare(&first->change.sequence, &second->change.sequence);
}

static bool
IsFirstOfLeaf(const KnownStream *stream, int shard)
{
	for (int i = 0; i < shard; i++)
		if (stream->shards[i].leaf == stream->shards[shard].leaf)
			return false;
	return true;
}

/* Of all leaves that have changes in the range. */
static binaryheap *
OpenLeaves(const KnownStream *stream, const ChangeRange *range)
{
	binaryheap *leaves = binaryheap_allocate(Max(stream->shard_count, 1), CompareLeaves, NULL);

	for (int i = 0; i < stream->shard_count; i++)
	{
		LeafChanges *leaf;

		if (!IsFirstOfLeaf(stream, i))
			continue;
		leaf = palloc0_object(LeafChanges);
		leaf->leaf = stream->shards[i].leaf;
		leaf->cursor = LogCursorOpen(leaf->leaf, stream->row.label, &range->from, &range->before);
		if (LogCursorNext(leaf->cursor, &leaf->change))
			binaryheap_add_unordered(leaves, PointerGetDatum(leaf));
		else
			LogCursorClose(leaf->cursor);
	}
	binaryheap_build(leaves);
	return leaves;
}

static bool
HasChange(const StreamShard *shard, const LeafChanges *leaf)
{
	SequenceNumber end = ShardEnd(shard);

	return shard->leaf == leaf->leaf &&
	       SequenceNumberCompare(&shard->start, &leaf->change.sequence) <= 0 &&
	       SequenceNumberCompare(&leaf->change.sequence, &end) < 0;
}

/* NULL where it has been dropped by retention. */
static const StreamShard *
ShardOf(const KnownStream *stream, LeafChanges *leaf)
{
	if (leaf->shard != NULL && HasChange(leaf->shard, leaf))
		return leaf->shard;
	leaf->shard = NULL;
	for (int i = 0; i < stream->shard_count && leaf->shard == NULL; i++)
		if (HasChange(&stream->shards[i], leaf))
			leaf->shard = &stream->shards[i];
	return leaf->shard;
}

/* --- rows --- */

static Datum
KeysOf(const KeySchema *key, const Jsonb *item)
{
	Attribute attributes[2];
	AttributeValue map = { .type = ATTRIBUTE_M, .attributes = attributes };
	Bytes names[] = { key->partition[0].name, key->sort[0].name };

	for (int i = 0; i < 1 + key->sort_count; i++)
	{
		attributes[map.count].name = names[i];
		if (ItemGetAttribute(item, names[i], &attributes[map.count].value))
			map.count++;
	}
	MapNormalise(&map);
	return JsonbPGetDatum(ItemEncode(&map));
}

static bool
ViewHas(StreamView view, StreamView image)
{
	return view == image || view == STREAM_BOTH_IMAGES;
}

static void
PutRow(ReturnSetInfo *result, const KnownStream *stream, const StreamShard *shard,
       const LoggedChange *change)
{
	const Jsonb *item = change->new_item != NULL ? change->new_item : change->old_item;
	Datum values[COLUMNS] = { 0 };
	bool nulls[COLUMNS] = { 0 };

	values[0] = CStringGetTextDatum(SequenceNumberText(&change->sequence));
	values[1] = CStringGetTextDatum(ChangeEventName(change));
	values[2] = TimestampTzGetDatum(change->time);
	nulls[3] = item == NULL;
	if (item != NULL)
		values[3] = KeysOf(&stream->row.key, item);
	nulls[4] = change->old_item == NULL || !ViewHas(stream->row.view, STREAM_OLD_IMAGE);
	values[4] = PointerGetDatum(change->old_item);
	nulls[5] = change->new_item == NULL || !ViewHas(stream->row.view, STREAM_NEW_IMAGE);
	values[5] = PointerGetDatum(change->new_item);
	values[6] = CStringGetTextDatum(StreamShardId(shard));
	values[7] = BoolGetDatum(change->by_service);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
PutChange(ReturnSetInfo *result, const KnownStream *stream, LeafChanges *leaf,
          const ChangeRange *range)
{
	const StreamShard *shard;

	if (leaf->change.time < range->from_time || leaf->change.time >= range->before_time)
		return;
	shard = ShardOf(stream, leaf);
	if (shard != NULL)
		PutRow(result, stream, shard, &leaf->change);
}

static void
PutChanges(ReturnSetInfo *result, const KnownStream *stream, const ChangeRange *range)
{
	binaryheap *leaves = OpenLeaves(stream, range);
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "row of a change", ALLOCSET_DEFAULT_SIZES);

	while (!binaryheap_empty(leaves))
	{
		LeafChanges *leaf = (LeafChanges *) DatumGetPointer(binaryheap_first(leaves));
		MemoryContext caller = MemoryContextSwitchTo(context);

		CHECK_FOR_INTERRUPTS();
		PutChange(result, stream, leaf, range);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
		if (LogCursorNext(leaf->cursor, &leaf->change))
			binaryheap_replace_first(leaves, PointerGetDatum(leaf));
		else
		{
			LogCursorClose(leaf->cursor);
			(void) binaryheap_remove_first(leaves);
		}
	}
	MemoryContextDelete(context);
}

static void
ReturnChanges(FunctionCallInfo fcinfo, ChangeRange range)
{
	OperationContext context = OperationContextOfSession();
	struct Authorization authorization;
	SequenceNumber captured;
	const KnownStream *stream;

	InitMaterializedSRF(fcinfo, 0);
	AuthorizationBegin(&context, &authorization, "GetRecords");
	stream = StreamNamed(&context, PG_GETARG_TEXT_PP(0));
	captured = LogCaptured();
	if (SequenceNumberCompare(&captured, &range.before) < 0)
		range.before = captured;
	PutChanges((ReturnSetInfo *) fcinfo->resultinfo, stream, &range);
	AuthorizationEnd(&context);
}

Datum
dynamo_changes(PG_FUNCTION_ARGS)
{
	ChangeRange range = { .before = { .epoch = PG_UINT32_MAX },
		                  .from_time = DT_NOBEGIN,
		                  .before_time = DT_NOEND };

	if (!PG_ARGISNULL(1))
		range.from = ReadNumber(PG_GETARG_TEXT_PP(1));
	if (!PG_ARGISNULL(2))
		range.before = ReadNumber(PG_GETARG_TEXT_PP(2));
	if (PG_ARGISNULL(0))
		InitMaterializedSRF(fcinfo, 0);
	else
		ReturnChanges(fcinfo, range);
	PG_RETURN_NULL();
}

Datum
dynamo_changes_of_time(PG_FUNCTION_ARGS)
{
	ChangeRange range = { .before = { .epoch = PG_UINT32_MAX },
		                  .from_time = DT_NOBEGIN,
		                  .before_time = DT_NOEND };

	if (!PG_ARGISNULL(1))
		range.from_time = PG_GETARG_TIMESTAMPTZ(1);
	if (!PG_ARGISNULL(2))
		range.before_time = PG_GETARG_TIMESTAMPTZ(2);
	if (PG_ARGISNULL(0))
		InitMaterializedSRF(fcinfo, 0);
	else
		ReturnChanges(fcinfo, range);
	PG_RETURN_NULL();
}

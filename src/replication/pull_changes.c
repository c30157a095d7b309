/*
 * This region's changes of a table, from the change log, for another region.
 *
 * A position is the label of the stream that the table had, and a sequence number. Where the log
 * may lack changes after it, the other region is told so, and copies the table again.
 */
#include "postgres.h"

#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "change/log/log_read.h"
#include "region/region_clock.h"
#include "replication/pull_source.h"
#include "storage/stream/shard_catalog.h"
#include "storage/stream/stream_catalog.h"

typedef struct Position
{
	int64 label;
	SequenceNumber sequence;
} Position;

/* A leaf's changes, at the one that is next. */
typedef struct LeafChanges
{
	LogCursor *cursor;
	LoggedChange change;
} LeafChanges;

/* --- positions --- */

static char *
PositionText(int64 label, const SequenceNumber *sequence)
{
	return psprintf(INT64_FORMAT "/%s", label, SequenceNumberText(sequence));
}

static Position
ReadPosition(const char *text)
{
	const char *slash = strchr(text, '/');
	Position position;

	if (slash == NULL || !SequenceNumberParse(BytesFromCString(slash + 1), &position.sequence))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("\"%s\" is no position in a change log", text)));
	position.label = strtoll(text, NULL, 10);
	return position;
}

/* Whether all changes after the shards' beginnings are captured, and those are over. */
static bool
IsCaptured(const Table *table, int64 label, const SequenceNumber *captured)
{
	List *shards = StreamShards(table->definition.name, label);
	ListCell *cell;

	foreach (cell, shards)
		if (SequenceNumberCompare(&((const StreamShard *) lfirst(cell))->start, captured) > 0)
			return false;
	return shards != NIL;
}

char *
PullStart(const Table *table)
{
	const TableStream *stream = table->definition.stream;
	SequenceNumber captured;

	if (stream == NULL || !stream->enabled || !LogCapturedByWorker(&captured) ||
	    !IsCaptured(table, stream->label, &captured))
		return NULL;
	return PositionText(stream->label, &captured);
}

/* Another stream has gone on where the one of the position ended, if nothing was lost. */
static bool
IsLost(const Table *table, const Position *position, const SequenceNumber *captured)
{
	const TableStream *stream = table->definition.stream;
	SequenceNumber oldest = LogOldest();
	StreamRow row;

	if (stream == NULL || !stream->enabled || position->sequence.epoch != captured->epoch ||
	    SequenceNumberCompare(&position->sequence, &oldest) < 0)
		return true;
	if (position->label == stream->label)
		return false;
	return !StreamRowFind(table->definition.name, position->label, &row) || row.changes_missing;
}

/* --- changes --- */

/* The heap has the greatest on top. */
static int
CompareLeaves(Datum one, Datum other, void *argument)
{
	const LeafChanges *first = (const LeafChanges *) DatumGetPointer(one);
	const LeafChanges *second = (const LeafChanges *) DatumGetPointer(other);

	return -SequenceNumberCompare(&first->change.sequence, &second->change.sequence);
}

static binaryheap *
OpenLeaves(const Table *table, const SequenceNumber *from, const SequenceNumber *before)
{
	int count = table->definition.partitions;
	binaryheap *leaves = binaryheap_allocate(Max(count, 1), CompareLeaves, NULL);

	for (int i = 0; i < count; i++)
	{
		LeafChanges *leaf;

		if (!LogMayHave(table->leaves[i].relation, from))
			continue;
		leaf = palloc0_object(LeafChanges);
		leaf->cursor = LogCursorOpen(table->leaves[i].relation, LOG_ANY_LABEL, from, before);
		LogCursorWithRestamps(leaf->cursor);
		if (LogCursorNext(leaf->cursor, &leaf->change))
			binaryheap_add_unordered(leaves, PointerGetDatum(leaf));
		else
			LogCursorClose(leaf->cursor);
	}
	binaryheap_build(leaves);
	return leaves;
}

/* What other regions have written they send themselves. */
static void
PutChange(ReturnSetInfo *result, Bytes table, const LoggedChange *change, PullRoom *room)
{
	const Jsonb *item = change->new_item != NULL ? change->new_item : change->old_item;

	if (item == NULL || change->stamp == 0 || StampRegion(change->stamp) != RegionNumber())
		return;
	PullPut(result, &(PullRow){ .kind = change->new_item != NULL ? PULL_PUT : PULL_DELETE,
	                            .table = table,
	                            .stamp = change->stamp,
	                            .item = item });
	room->rows--;
	room->bytes -= VARSIZE(item);
}

static void
Advance(binaryheap *leaves, LeafChanges *leaf)
{
	if (LogCursorNext(leaf->cursor, &leaf->change))
	{
		binaryheap_replace_first(leaves, PointerGetDatum(leaf));
		return;
	}
	LogCursorClose(leaf->cursor);
	(void) binaryheap_remove_first(leaves);
}

/* Puts what there is room for, and the position of what is next; false: that was all. */
static bool
PutChanges(ReturnSetInfo *result, Bytes table, binaryheap *leaves, PullRoom *room,
           SequenceNumber *next)
{
	while (!binaryheap_empty(leaves))
	{
		LeafChanges *leaf = (LeafChanges *) DatumGetPointer(binaryheap_first(leaves));

		CHECK_FOR_INTERRUPTS();
		*next = leaf->change.sequence;
		if (room->rows <= 0 || room->bytes <= 0)
			return true;
		PutChange(result, table, &leaf->change, room);
		Advance(leaves, leaf);
	}
	return false;
}

static void
CloseLeaves(binaryheap *leaves)
{
	while (!binaryheap_empty(leaves))
		LogCursorClose(((LeafChanges *) DatumGetPointer(binaryheap_remove_first(leaves)))->cursor);
}

/* The key alone of what was deleted would do, but is not at hand without the table's schema. */
void
PullChanges(ReturnSetInfo *result, const Table *table, const char *text, PullRoom *room)
{
	Position position = ReadPosition(text);
	Bytes name = table->definition.name;
	SequenceNumber captured;
	SequenceNumber next;
	binaryheap *leaves;
	bool more;

	if (!LogCapturedByWorker(&captured) ||
	    SequenceNumberCompare(&position.sequence, &captured) == 0)
		return;
	if (IsLost(table, &position, &captured))
	{
		PullPut(result, &(PullRow){ .kind = PULL_LOST, .table = name });
		return;
	}
	next = captured;
	leaves = OpenLeaves(table, &position.sequence, &captured);
	more = PutChanges(result, name, leaves, room, &next);
	CloseLeaves(leaves);
	if (!more)
		next = captured;
	PullPut(result, &(PullRow){ .kind = PULL_POSITION,
	                            .table = name,
	                            .stamp = more,
	                            .position = PositionText(table->definition.stream->label, &next) });
}

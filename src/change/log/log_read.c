/*
 * Reads chunks of the change log.
 *
 * Changes of a leaf are in chunks that do not overlap, in the order of (first_commit,
 * first_number), by which each segment has a btree index behind the leaf. A reader begins in the
 * last segment that begins at or before the change it looks for, with the last chunk that does.
 */
#include "change/log/log_read.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "replication/origin.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "change/capture/capture_state.h"
#include "change/log/log_columns.h"
#include "compat.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"
#include "storage/stream/capture_slot.h"
#include "storage/stream/change_epoch.h"

/* Columns of dynamo.change_segment in the order of the install script. */
enum
{
	SEGMENT_COLUMN_NUMBER = 1,
	SEGMENT_COLUMN_RELATION,
	SEGMENT_COLUMN_EPOCH,
	SEGMENT_COLUMN_FIRST_COMMIT,
	SEGMENT_COLUMN_STARTED
};

/* And of dynamo.change_log. */
enum
{
	CHUNK_COLUMN_SEGMENT = 1,
	CHUNK_COLUMN_LEAF,
	CHUNK_COLUMN_FIRST_COMMIT,
	CHUNK_COLUMN_FIRST_NUMBER,
	CHUNK_COLUMN_LAST_COMMIT,
	CHUNK_COLUMN_LAST_NUMBER,
	CHUNK_COLUMN_FIRST_TIME,
	CHUNK_COLUMN_LAST_TIME,
	CHUNK_COLUMN_LABEL,
	CHUNK_COLUMN_COUNT,
	CHUNK_COLUMN_LENGTH,
	CHUNK_COLUMN_CHANGES
};

/* And of its index. */
enum
{
	CHUNK_KEY_LEAF = 1,
	CHUNK_KEY_COMMIT,
	CHUNK_KEY_NUMBER
};

#define TIME_SLACK (60 * USECS_PER_SEC)

typedef struct Segment
{
	Oid relation;
	SequenceNumber first;
	TimestampTz started;
} Segment;

struct LogCursor
{
	Oid leaf;
	int64 label;
	SequenceNumber before;
	SequenceNumber captured; /* when the cursor was opened */
	SequenceNumber position; /* changes below are not wanted any more */
	TimestampTz since;       /* nor chunks and segments that ended before; DT_NOBEGIN: all are */
	MemoryContext context;   /* of the chunk that is read */
	Snapshot snapshot;
	List *segments;   /* those that are yet to be read, in order, and the one that is open */
	Relation segment; /* NULL: none is open */
	Relation index;
	IndexScanDesc scan;
	ScanKeyData place[2]; /* that the scan begins at */
	TupleTableSlot *slot;
	bool has_chunk;
	ChunkReader chunk;
	bool ended;
	bool lost_segment;
	bool with_restamps;
};

/* --- how far the log is complete --- */

bool
LogCapturedByWorker(SequenceNumber *captured)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);

	if (state == NULL)
		return false;
	captured->epoch = pg_atomic_read_u32(&state->epoch);
	captured->commit = pg_atomic_read_u64(&state->captured);
	captured->number = 0;
	/* A worker that begins another epoch takes the position back first. */
	pg_read_barrier();
	return captured->epoch != 0 && captured->commit != InvalidXLogRecPtr &&
	       pg_atomic_read_u32(&state->epoch) == captured->epoch;
}

/*
 * The position that the worker has committed, as far as this server has replayed it: on a standby,
 * and until the worker runs.
 */
static XLogRecPtr
CommittedPosition(void)
{
	char *name = CaptureName(MyDatabaseId);
	RepOriginId origin = replorigin_by_name(name, true);

	pfree(name);
	return origin != InvalidRepOriginId ? replorigin_get_progress(origin, false)
	                                    : InvalidXLogRecPtr;
}

SequenceNumber
LogCaptured(void)
{
	SequenceNumber captured = { 0 };
	ChangeEpoch last;

	if (LogCapturedByWorker(&captured) || !ChangeEpochLast(&last))
		return captured;
	if (last.ended != 0)
		return (SequenceNumber){ .epoch = last.epoch + 1 };
	return (SequenceNumber){ .epoch = last.epoch, .commit = Max(last.start, CommittedPosition()) };
}

bool
LogMayHave(Oid leaf, const SequenceNumber *from)
{
	CaptureState *state = CaptureStateFind(MyDatabaseId);

	if (state == NULL || pg_atomic_read_u32(&state->epoch) != from->epoch)
		return true;
	return pg_atomic_read_u64(&state->last_change[CaptureBucket(leaf)]) >= from->commit;
}

SequenceNumber
LogEnd(uint32 epoch)
{
	XLogRecPtr end = RecoveryInProgress() ? GetXLogReplayRecPtr(NULL) : GetXLogInsertRecPtr();

	return (SequenceNumber){ .epoch = epoch, .commit = end };
}

SequenceNumber
LogNext(const SequenceNumber *from, const SequenceNumber *before, const SequenceNumber *captured)
{
	if (SequenceNumberCompare(captured, before) >= 0)
		return *before;
	return SequenceNumberCompare(captured, from) > 0 ? *captured : *from;
}

/* --- segments --- */

/* The columns must refuse null, so that no row lacks a value. */
static Relation
OpenOwn(const char *name, const Oid *types, int count)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, name);
	Relation relation;

	/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
	if (!OidIsValid(oid))
		return NULL;
	relation = table_open(oid, AccessShareLock);
	CheckOwnColumns(relation, types, count, count);
	return relation;
}

static Segment *
ReadSegment(TupleDesc descriptor, HeapTuple row)
{
	Segment *segment = palloc0_object(Segment);
	Datum values[lengthof(segment_types)];
	bool nulls[lengthof(segment_types)];

	heap_deform_tuple(row, descriptor, values, nulls);
	segment->relation = DatumGetObjectId(values[SEGMENT_COLUMN_RELATION - 1]);
	segment->first.epoch = DatumGetInt32(values[SEGMENT_COLUMN_EPOCH - 1]);
	segment->first.commit = DatumGetLSN(values[SEGMENT_COLUMN_FIRST_COMMIT - 1]);
	segment->started = DatumGetTimestampTz(values[SEGMENT_COLUMN_STARTED - 1]);
	return segment;
}

/*
 * Calls `visit` for segments in the order of their numbers, or backward, until it returns false.
 */
static void
VisitSegments(Snapshot snapshot, ScanDirection direction,
              bool (*visit)(Segment *segment, void *argument), void *argument)
{
	Relation relation = OpenOwn("change_segment", segment_types, lengthof(segment_types));
	Relation index;
	SysScanDesc scan;
	HeapTuple row;

	if (relation == NULL)
		return;
	index = index_open(DynamoRelation(FUNCTION_SCHEMA, "change_segment_pkey"), AccessShareLock);
	scan = systable_beginscan_ordered(relation, index, snapshot, 0, NULL);
	while (HeapTupleIsValid(row = systable_getnext_ordered(scan, direction)))
		if (!visit(ReadSegment(RelationGetDescr(relation), row), argument))
			break;
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(relation, AccessShareLock);
}

static bool
TakeFirst(Segment *segment, void *argument)
{
	*(SequenceNumber *) argument = segment->first;
	return false;
}

SequenceNumber
LogOldest(void)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SequenceNumber oldest = { 0 };

	VisitSegments(snapshot, ForwardScanDirection, TakeFirst, &oldest);
	UnregisterSnapshot(snapshot);
	return oldest;
}

/* From the last one backward, to the one that has `position`. */
static bool
AddSegment(Segment *segment, void *argument)
{
	LogCursor *cursor = argument;

	if (SequenceNumberCompare(&segment->first, &cursor->before) < 0)
		cursor->segments = lcons(segment, cursor->segments);
	return SequenceNumberCompare(&segment->first, &cursor->position) > 0 &&
	       segment->started > cursor->since;
}

static const Segment *
CurrentSegment(const LogCursor *cursor)
{
	return linitial(cursor->segments);
}

static void
CloseSegment(LogCursor *cursor)
{
	if (cursor->segment == NULL)
		return;
	ExecDropSingleTupleTableSlot(cursor->slot);
	index_endscan(cursor->scan);
	index_close(cursor->index, AccessShareLock);
	table_close(cursor->segment, AccessShareLock);
	cursor->segment = NULL;
}

static Oid
IndexOfSegment(Relation segment)
{
	List *indexes = RelationGetIndexList(segment);

	if (list_length(indexes) != 1)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("relation \"%s\" has not the one index of a segment of"
		                       " dynamo.change_log",
		                       RelationGetRelationName(segment))));
	return linitial_oid(indexes);
}

/* (commit, number) OPERATOR those of `place`. `members` live as long as the scan. */
static void
InitPlaceKey(ScanKey key, ScanKeyData members[2], StrategyNumber strategy,
             const SequenceNumber *place)
{
	ScanKeyEntryInitialize(&members[0], SK_ROW_MEMBER, CHUNK_KEY_COMMIT, strategy, InvalidOid,
	                       InvalidOid, F_PG_LSN_CMP, LSNGetDatum(place->commit));
	ScanKeyEntryInitialize(&members[1], SK_ROW_MEMBER | SK_ROW_END, CHUNK_KEY_NUMBER, strategy,
	                       InvalidOid, InvalidOid, F_BTINT8CMP, Int64GetDatum(place->number));
	MemSet(key, 0, sizeof(ScanKeyData));
	key->sk_flags = SK_ROW_HEADER;
	key->sk_attno = CHUNK_KEY_COMMIT;
	key->sk_strategy = strategy;
	key->sk_argument = PointerGetDatum(members);
}

/* Begins with the chunks of the leaf on one side of `place`. */
static void
Rescan(LogCursor *cursor, StrategyNumber strategy, const SequenceNumber *place)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], CHUNK_KEY_LEAF, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(cursor->leaf));
	InitPlaceKey(&keys[1], cursor->place, strategy, place);
	index_rescan(cursor->scan, keys, lengthof(keys), NULL, 0);
}

static SequenceNumber
PlaceOfChunk(const LogCursor *cursor, int commit_column)
{
	bool null;

	return (SequenceNumber){
		.epoch = CurrentSegment(cursor)->first.epoch,
		.commit = DatumGetLSN(slot_getattr(cursor->slot, commit_column, &null)),
		.number = DatumGetInt64(slot_getattr(cursor->slot, commit_column + 1, &null))
	};
}

/*
 * Begins with the last chunk that begins at or before the position, where the segment has one, or
 * with the first.
 */
static void
SeekChunk(LogCursor *cursor)
{
	const Segment *segment = CurrentSegment(cursor);
	SequenceNumber place = segment->first;

	if (SequenceNumberCompare(&place, &cursor->position) < 0)
	{
		Rescan(cursor, BTLessEqualStrategyNumber, &cursor->position);
		if (index_getnext_slot(cursor->scan, BackwardScanDirection, cursor->slot))
			place = PlaceOfChunk(cursor, CHUNK_COLUMN_FIRST_COMMIT);
	}
	Rescan(cursor, BTGreaterEqualStrategyNumber, &place);
}

/* False where retention has dropped it. */
static bool
OpenSegment(LogCursor *cursor)
{
	Relation segment = try_table_open(CurrentSegment(cursor)->relation, AccessShareLock);

	if (segment == NULL)
	{
		cursor->lost_segment = true;
		return false;
	}
	CheckOwnColumns(segment, chunk_types, lengthof(chunk_types), lengthof(chunk_types));
	cursor->index = index_open(IndexOfSegment(segment), AccessShareLock);
	cursor->scan = IndexBeginScan(segment, cursor->index, cursor->snapshot, 2);
	cursor->slot = table_slot_create(segment, NULL);
	cursor->segment = segment;
	SeekChunk(cursor);
	return true;
}

/* --- chunks --- */

/* The next chunk of the leaf; false at the end of the log. */
static bool
NextRow(LogCursor *cursor)
{
	while (cursor->segments != NIL)
	{
		CHECK_FOR_INTERRUPTS();
		if ((cursor->segment != NULL || OpenSegment(cursor)) &&
		    index_getnext_slot(cursor->scan, ForwardScanDirection, cursor->slot))
			return true;
		CloseSegment(cursor);
		cursor->segments = list_delete_first(cursor->segments);
	}
	return false;
}

static Datum
ChunkValue(const LogCursor *cursor, int column)
{
	bool null;

	return slot_getattr(cursor->slot, column, &null);
}

/* Whether the chunk may have changes that are wanted. */
static bool
IsWanted(const LogCursor *cursor)
{
	SequenceNumber last = PlaceOfChunk(cursor, CHUNK_COLUMN_LAST_COMMIT);

	return SequenceNumberCompare(&last, &cursor->position) >= 0 &&
	       DatumGetTimestampTz(ChunkValue(cursor, CHUNK_COLUMN_LAST_TIME)) >= cursor->since &&
	       (cursor->label == LOG_ANY_LABEL ||
	        DatumGetInt64(ChunkValue(cursor, CHUNK_COLUMN_LABEL)) == cursor->label);
}

static void
UnpackChunk(LogCursor *cursor)
{
	MemoryContext caller = MemoryContextSwitchTo(cursor->context);

	ChunkReaderInit(&cursor->chunk, CurrentSegment(cursor)->first.epoch,
	                DatumGetByteaPP(ChunkValue(cursor, CHUNK_COLUMN_CHANGES)),
	                DatumGetInt32(ChunkValue(cursor, CHUNK_COLUMN_LENGTH)));
	MemoryContextSwitchTo(caller);
	ExecClearTuple(cursor->slot); /* pins no page meanwhile */
	cursor->has_chunk = true;
}

/* False where there is none. */
static bool
NextChunk(LogCursor *cursor)
{
	MemoryContextReset(cursor->context);
	cursor->has_chunk = false;
	while (NextRow(cursor))
	{
		SequenceNumber first = PlaceOfChunk(cursor, CHUNK_COLUMN_FIRST_COMMIT);

		if (SequenceNumberCompare(&first, &cursor->before) >= 0)
			return false;
		if (!IsWanted(cursor))
			continue;
		UnpackChunk(cursor);
		return true;
	}
	return false;
}

/* --- cursors --- */

static LogCursor *
Open(Oid leaf, int64 label, const SequenceNumber *from, TimestampTz since,
     const SequenceNumber *before)
{
	LogCursor *cursor = palloc0_object(LogCursor);

	cursor->since = since;
	cursor->leaf = leaf;
	cursor->label = label;
	cursor->before = *before;
	cursor->position = *from;
	cursor->captured = LogCaptured();
	cursor->context =
	    AllocSetContextCreate(CurrentMemoryContext, "chunk of changes", ALLOCSET_DEFAULT_SIZES);
	cursor->snapshot = RegisterSnapshot(GetLatestSnapshot());
	VisitSegments(cursor->snapshot, BackwardScanDirection, AddSegment, cursor);
	return cursor;
}

LogCursor *
LogCursorOpen(Oid leaf, int64 label, const SequenceNumber *from, const SequenceNumber *before)
{
	return Open(leaf, label, from, DT_NOBEGIN, before);
}

/* Commits take their times a moment before they get their places, and not in the same order. */
LogCursor *
LogCursorOpenSince(Oid leaf, uint32 epoch, TimestampTz time, const SequenceNumber *before)
{
	SequenceNumber from = { .epoch = epoch };

	return Open(leaf, LOG_ANY_LABEL, &from, time - TIME_SLACK, before);
}

typedef struct OldestOfEpoch
{
	uint32 epoch;
	TimestampTz started;
} OldestOfEpoch;

static bool
TakeOldest(Segment *segment, void *argument)
{
	OldestOfEpoch *oldest = argument;

	if (segment->first.epoch != oldest->epoch)
		return true;
	if (segment->first.commit != InvalidXLogRecPtr)
		oldest->started = segment->started;
	return false;
}

TimestampTz
LogSegmentsSince(uint32 epoch)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	OldestOfEpoch oldest = { epoch, DT_NOBEGIN };

	VisitSegments(snapshot, ForwardScanDirection, TakeOldest, &oldest);
	UnregisterSnapshot(snapshot);
	return oldest.started;
}

static void
End(LogCursor *cursor)
{
	cursor->ended = true;
	cursor->position = LogNext(&cursor->position, &cursor->before, &cursor->captured);
}

bool
LogCursorNext(LogCursor *cursor, LoggedChange *change)
{
	while (!cursor->ended)
	{
		if (!cursor->has_chunk && !NextChunk(cursor))
			break;
		if (!ChunkNext(&cursor->chunk, change))
		{
			cursor->has_chunk = false;
			continue;
		}
		if (SequenceNumberCompare(&change->sequence, &cursor->position) < 0)
			continue;
		if (SequenceNumberCompare(&change->sequence, &cursor->before) >= 0)
			break;
		cursor->position = change->sequence;
		cursor->position.number++;
		if (change->restamps && !cursor->with_restamps)
			continue;
		return true;
	}
	if (!cursor->ended)
		End(cursor);
	return false;
}

void
LogCursorWithRestamps(LogCursor *cursor)
{
	cursor->with_restamps = true;
}

SequenceNumber
LogCursorPosition(const LogCursor *cursor)
{
	return cursor->position;
}

bool
LogCursorEnded(const LogCursor *cursor)
{
	return cursor->ended;
}

bool
LogCursorLostSegment(const LogCursor *cursor)
{
	return cursor->lost_segment;
}

void
LogCursorClose(LogCursor *cursor)
{
	CloseSegment(cursor);
	UnregisterSnapshot(cursor->snapshot);
	MemoryContextDelete(cursor->context);
	pfree(cursor);
}

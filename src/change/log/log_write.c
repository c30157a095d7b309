/*
 * Writes rows of dynamo.change_log's partitions and of dynamo.change_segment.
 */
#include "change/log/log_write.h"

#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "change/log/log_columns.h"
#include "compat.h"
#include "storage/query/ddl.h"
#include "storage/query/own_row.h"
#include "storage/query/relation_name.h"

#define SEGMENTS_NAME "change_segment"
#define SEGMENTS_KEY_NAME "change_segment_pkey"

/* Columns in the order of the install script. */
enum
{
	LOG_COLUMN_SEGMENT = 1,
	LOG_COLUMN_LEAF,
	LOG_COLUMN_FIRST_COMMIT,
	LOG_COLUMN_FIRST_NUMBER,
	LOG_COLUMN_LAST_COMMIT,
	LOG_COLUMN_LAST_NUMBER,
	LOG_COLUMN_FIRST_TIME,
	LOG_COLUMN_LAST_TIME,
	LOG_COLUMN_LABEL,
	LOG_COLUMN_COUNT,
	LOG_COLUMN_LENGTH,
	LOG_COLUMN_CHANGES,
	LOG_COLUMNS = LOG_COLUMN_CHANGES
};

enum
{
	SEGMENT_COLUMN_SEGMENT = 1,
	SEGMENT_COLUMN_RELATION,
	SEGMENT_COLUMN_EPOCH,
	SEGMENT_COLUMN_FIRST_COMMIT,
	SEGMENT_COLUMN_STARTED,
	SEGMENT_COLUMNS = SEGMENT_COLUMN_STARTED
};

static Oid segments_oid; /* of dynamo.change_segment */
static bool epoch_has_segments;

/* --- rows --- */

static Relation
OpenOwn(Oid oid, const Oid *types, int columns)
{
	Relation relation = table_open(oid, RowExclusiveLock);

	if (relation->rd_rel->relkind != RELKIND_RELATION ||
	    relation->rd_rel->relam != HEAP_TABLE_AM_OID)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
		                errmsg("relation \"%s\" is no heap table, as those of the change log are",
		                       RelationGetRelationName(relation))));
	CheckOwnColumns(relation, types, columns, columns);
	return relation;
}

void
LogAppend(const LogSegment *segment, const ChunkRow *row)
{
	Relation relation = OpenOwn(segment->relation, chunk_types, LOG_COLUMNS);
	Datum values[LOG_COLUMNS] = {
		[LOG_COLUMN_SEGMENT - 1] = Int32GetDatum(segment->number),
		[LOG_COLUMN_LEAF - 1] = ObjectIdGetDatum(row->leaf),
		[LOG_COLUMN_FIRST_COMMIT - 1] = LSNGetDatum(row->first.commit),
		[LOG_COLUMN_FIRST_NUMBER - 1] = Int64GetDatum(row->first.number),
		[LOG_COLUMN_LAST_COMMIT - 1] = LSNGetDatum(row->last.commit),
		[LOG_COLUMN_LAST_NUMBER - 1] = Int64GetDatum(row->last.number),
		[LOG_COLUMN_FIRST_TIME - 1] = TimestampTzGetDatum(row->first_time),
		[LOG_COLUMN_LAST_TIME - 1] = TimestampTzGetDatum(row->last_time),
		[LOG_COLUMN_LABEL - 1] = Int64GetDatum(row->label),
		[LOG_COLUMN_COUNT - 1] = Int32GetDatum(row->count),
		[LOG_COLUMN_LENGTH - 1] = Int32GetDatum(row->length),
		[LOG_COLUMN_CHANGES - 1] = PointerGetDatum(row->packed),
	};

	OwnRowInsert(relation, values);
	table_close(relation, NoLock);
}

void
LogBeginSegment(const LogSegment *segment, const SequenceNumber *first)
{
	Relation relation = OpenOwn(segments_oid, segment_types, SEGMENT_COLUMNS);
	/* The first one of the epoch has all of it: readers see that nothing was dropped before. */
	XLogRecPtr begin = epoch_has_segments ? first->commit : InvalidXLogRecPtr;
	Datum values[LOG_COLUMNS] = {
		[SEGMENT_COLUMN_SEGMENT - 1] = Int32GetDatum(segment->number),
		[SEGMENT_COLUMN_RELATION - 1] = ObjectIdGetDatum(segment->relation),
		[SEGMENT_COLUMN_EPOCH - 1] = Int32GetDatum(first->epoch),
		[SEGMENT_COLUMN_FIRST_COMMIT - 1] = LSNGetDatum(begin),
		[SEGMENT_COLUMN_STARTED - 1] = TimestampTzGetDatum(GetCurrentTimestamp()),
	};

	OwnRowInsert(relation, values);
	table_close(relation, NoLock);
	epoch_has_segments = true;
}

/* --- start --- */

static Oid
FindTable(const char *name)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, name);

	if (!OidIsValid(oid))
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("the table dynamo.%s is missing", name)));
	return oid;
}

/* The row's segment, if it is of the epoch and still there. */
static bool
ReadSegment(Relation segments, HeapTuple row, uint32 epoch, LogSegment *segment)
{
	Datum values[SEGMENT_COLUMNS];
	bool nulls[SEGMENT_COLUMNS];

	heap_deform_tuple(row, RelationGetDescr(segments), values, nulls);
	*segment = (LogSegment){ DatumGetInt32(values[SEGMENT_COLUMN_SEGMENT - 1]),
		                     DatumGetObjectId(values[SEGMENT_COLUMN_RELATION - 1]) };
	epoch_has_segments = DatumGetInt32(values[SEGMENT_COLUMN_EPOCH - 1]) == epoch;
	return epoch_has_segments && SearchSysCacheExists1(RELOID, ObjectIdGetDatum(segment->relation));
}

bool
LogWriteStart(uint32 epoch, LogSegment *segment)
{
	Relation index = index_open(FindTable(SEGMENTS_KEY_NAME), AccessShareLock);
	Relation segments;
	SysScanDesc scan;
	Snapshot snapshot;
	HeapTuple row;
	bool found;

	segments_oid = FindTable(SEGMENTS_NAME);
	segments = OpenOwn(segments_oid, segment_types, SEGMENT_COLUMNS);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan_ordered(segments, index, snapshot, 0, NULL);
	row = systable_getnext_ordered(scan, BackwardScanDirection);
	found = HeapTupleIsValid(row) && ReadSegment(segments, row, epoch, segment);
	systable_endscan_ordered(scan);
	UnregisterSnapshot(snapshot);
	table_close(segments, NoLock);
	index_close(index, NoLock);
	return found;
}

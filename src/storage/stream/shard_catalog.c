/*
 * Rows of dynamo.stream_shard, and the ids of shards.
 */
#include "storage/stream/shard_catalog.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/pg_lsn.h"
#include "utils/timestamp.h"

#include "json/kept_json.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/stream_row.h"
#include "text/unix_time.h"

#define SHARD_ID_PREFIX "shardId-"
#define SHARD_TIME_DIGITS 20
#define SHARD_NUMBER_DIGITS 10
#define MAX_SHARD_NUMBER INT64CONST(0xffffffffff)
#define MAX_MILLISECONDS INT64CONST(253402300799999) /* the year 9999 ends */

/* Columns in the order of the install script. */
enum
{
	SHARD_COLUMN_NUMBER = 1,
	SHARD_COLUMN_TABLE,
	SHARD_COLUMN_LABEL,
	SHARD_COLUMN_LEAF_NUMBER,
	SHARD_COLUMN_LEAF,
	SHARD_COLUMN_PARENT,
	SHARD_COLUMN_OPENED,
	SHARD_COLUMN_START_EPOCH,
	SHARD_COLUMN_START_COMMIT,
	SHARD_COLUMN_END_EPOCH,
	SHARD_COLUMN_END_COMMIT,
	SHARD_COLUMN_CLOSED,
	SHARD_COLUMNS = SHARD_COLUMN_CLOSED
};

static const Oid shard_types[] = {
	INT8OID,        TEXTOID, INT8OID, INT4OID, OIDOID, INT8OID,
	TIMESTAMPTZOID, INT4OID, LSNOID,  INT4OID, LSNOID, TIMESTAMPTZOID
};

static void
PrepareShard(RowRead *read)
{
	read->row = palloc0_object(StreamShard);
}

static SequenceNumber
ReadPosition(const Datum *values, int column)
{
	int32 epoch = DatumGetInt32(values[column - 1]);

	if (epoch < FIRST_EPOCH || epoch > MAX_EPOCH)
		KeptFault("epoch", "is out of range");
	return (SequenceNumber){ .epoch = epoch, .commit = DatumGetLSN(values[column]) };
}

static bool
ShardIsOpen(const StreamShard *shard)
{
	return shard->end.epoch == 0;
}

static void
CheckShard(const StreamShard *shard)
{
	if (shard->number < 1 || shard->number > MAX_SHARD_NUMBER)
		KeptFault("shard", "is out of range");
	if (shard->leaf_number < 0 || shard->leaf_number >= MAX_PARTITIONS)
		KeptFault("leaf_number", "is out of range");
	if (!ShardIsOpen(shard) && SequenceNumberCompare(&shard->start, &shard->end) > 0)
		KeptFault("end_commit", "is before the start");
}

static void
ReadShard(void *state)
{
	const RowRead *read = state;
	const Datum *values = read->values;
	const bool *nulls = read->nulls;
	StreamShard *shard = read->row;
	bool open;

	RowNeedValue(nulls, SHARD_COLUMN_OPENED, "opened");
	RowNeedValue(nulls, SHARD_COLUMN_START_EPOCH, "start_epoch");
	RowNeedValue(nulls, SHARD_COLUMN_START_COMMIT, "start_commit");
	open = nulls[SHARD_COLUMN_END_EPOCH - 1];
	if (nulls[SHARD_COLUMN_END_COMMIT - 1] != open || nulls[SHARD_COLUMN_CLOSED - 1] != open)
		KeptFault("end_commit", "is missing");
	shard->number = DatumGetInt64(values[SHARD_COLUMN_NUMBER - 1]);
	if (!nulls[SHARD_COLUMN_PARENT - 1])
		shard->parent = DatumGetInt64(values[SHARD_COLUMN_PARENT - 1]);
	shard->leaf_number = DatumGetInt32(values[SHARD_COLUMN_LEAF_NUMBER - 1]);
	shard->leaf = DatumGetObjectId(values[SHARD_COLUMN_LEAF - 1]);
	shard->opened = DatumGetTimestampTz(values[SHARD_COLUMN_OPENED - 1]);
	shard->start = ReadPosition(values, SHARD_COLUMN_START_EPOCH);
	if (!open)
		shard->end = ReadPosition(values, SHARD_COLUMN_END_EPOCH);
	shard->closed = RowOptionalTime(values, nulls, SHARD_COLUMN_CLOSED);
	CheckShard(shard);
}

const RowSource shard_rows = { .table = "stream_shard",
	                           .key = "stream_shard_pkey",
	                           .types = shard_types,
	                           .columns = SHARD_COLUMNS,
	                           .required = SHARD_COLUMN_LEAF,
	                           .table_column = SHARD_COLUMN_TABLE,
	                           .label_column = SHARD_COLUMN_LABEL,
	                           .number_column = SHARD_COLUMN_NUMBER,
	                           .prepare = PrepareShard,
	                           .read = ReadShard };

StaticAssertDecl(SHARD_COLUMNS <= ROW_MAX_COLUMNS, "rows of shards have too many columns");

List *
StreamShards(Bytes table, int64 label)
{
	return RowsReadWhole(&shard_rows, &(RowKey){ table, label, ANY_NUMBER });
}

List *
StreamShardsReadable(const StreamRow *row)
{
	return RowsRead(&shard_rows, &(RowKey){ row->table, row->label, ANY_NUMBER }, RowLeaveOut,
	                NULL);
}

static int64
NextShardNumber(void)
{
	return nextval_internal(DynamoRelation(FUNCTION_SCHEMA, "stream_shard_number"), false);
}

/* Shards have the order of their numbers in time, too: the clock may be set back. */
static void
InsertShard(Relation relation, Bytes table, int64 label, const StreamShard *shard)
{
	Datum values[SHARD_COLUMNS] = { 0 };
	bool nulls[SHARD_COLUMNS] = { false };

	values[SHARD_COLUMN_NUMBER - 1] = Int64GetDatum(shard->number);
	values[SHARD_COLUMN_TABLE - 1] =
	    PointerGetDatum(cstring_to_text_with_len(table.data, table.length));
	values[SHARD_COLUMN_LABEL - 1] = Int64GetDatum(label);
	values[SHARD_COLUMN_LEAF_NUMBER - 1] = Int32GetDatum(shard->leaf_number);
	values[SHARD_COLUMN_LEAF - 1] = ObjectIdGetDatum(shard->leaf);
	nulls[SHARD_COLUMN_PARENT - 1] = shard->parent == 0;
	values[SHARD_COLUMN_PARENT - 1] = Int64GetDatum(shard->parent);
	values[SHARD_COLUMN_OPENED - 1] = TimestampTzGetDatum(shard->opened);
	values[SHARD_COLUMN_START_EPOCH - 1] = Int32GetDatum(shard->start.epoch);
	values[SHARD_COLUMN_START_COMMIT - 1] = LSNGetDatum(shard->start.commit);
	nulls[SHARD_COLUMN_END_EPOCH - 1] = true;
	nulls[SHARD_COLUMN_END_COMMIT - 1] = true;
	nulls[SHARD_COLUMN_CLOSED - 1] = true;
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
}

void
StreamBegin(const Table *table, const TableStream *stream)
{
	SequenceNumber start = { 0 };
	Relation relation;

	/* First: whose lock has waited for an epoch to begin or end sees that. */
	StreamInsert(table, stream);
	start.epoch = ChangeEpochOfNewStream();
	start.commit = GetXLogInsertRecPtr();
	relation = RowSourceNeed(&shard_rows);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		StreamShard shard = { .number = NextShardNumber(),
			                  .leaf_number = leaf,
			                  .leaf = table->leaves[leaf].relation,
			                  .opened = GetCurrentTimestamp(),
			                  .start = start };

		InsertShard(relation, table->definition.name, stream->label, &shard);
	}
	RowWriteEnd(relation);
	table_close(relation, NoLock);
}

static void
CloseRow(RowScan *scan, HeapTuple row, const SequenceNumber *end)
{
	Datum values[SHARD_COLUMNS] = { 0 };
	bool replaced[SHARD_COLUMNS] = { false };
	RowRead read = { 0 };
	const StreamShard *shard;

	/* One that is broken has no end that it could be given. */
	if (RowTake(scan, &shard_rows, row, &read) != NULL)
		return;
	shard = read.row;
	if (!ShardIsOpen(shard))
		return;
	/* One that began as the epoch ended is empty. */
	if (SequenceNumberCompare(end, &shard->start) < 0)
		end = &shard->start;
	values[SHARD_COLUMN_END_EPOCH - 1] = Int32GetDatum(end->epoch);
	replaced[SHARD_COLUMN_END_EPOCH - 1] = true;
	values[SHARD_COLUMN_END_COMMIT - 1] = LSNGetDatum(end->commit);
	replaced[SHARD_COLUMN_END_COMMIT - 1] = true;
	values[SHARD_COLUMN_CLOSED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	replaced[SHARD_COLUMN_CLOSED - 1] = true;
	RowUpdate(scan, row, values, replaced);
}

/* Calls `change` for the shards of the stream, or for the one of the number. */
static void
ChangeShards(const StreamRow *row, int64 number,
             void (*change)(RowScan *scan, HeapTuple row, const SequenceNumber *end),
             const SequenceNumber *end)
{
	RowKey wanted = { row->table, row->label, number };
	HeapTuple tuple;
	RowScan scan;

	if (!RowScanBegin(&scan, &shard_rows, RowExclusiveLock, &wanted))
		return;
	while (HeapTupleIsValid(tuple = RowScanNext(&scan)))
		change(&scan, tuple, end);
	CacheInvalidateRelcacheByRelid(RelationGetRelid(scan.relation));
	RowScanEnd(&scan, NoLock);
	CommandCounterIncrement();
}

void
StreamClose(const StreamRow *row, const SequenceNumber *end)
{
	ChangeShards(row, ANY_NUMBER, CloseRow, end);
}

void
StreamShardRoll(const StreamRow *row, const StreamShard *shard, const SequenceNumber *end)
{
	Relation relation;
	StreamShard child = { .number = NextShardNumber(),
		                  .parent = shard->number,
		                  .leaf_number = shard->leaf_number,
		                  .leaf = shard->leaf,
		                  .opened = Max(GetCurrentTimestamp(), shard->opened),
		                  .start = *end };

	ChangeShards(row, shard->number, CloseRow, end);
	relation = RowSourceNeed(&shard_rows);
	InsertShard(relation, row->table, row->label, &child);
	RowWriteEnd(relation);
	table_close(relation, NoLock);
}

static void
DeleteRow(RowScan *scan, HeapTuple row, const SequenceNumber *end)
{
	CatalogTupleDelete(scan->relation, &row->t_self);
}

void
StreamShardForget(const StreamRow *row, const StreamShard *shard)
{
	ChangeShards(row, shard->number, DeleteRow, NULL);
}

/* --- ids --- */

static int64
MillisecondsOf(TimestampTz time)
{
	return Max(0, Min(UnixMilliseconds(time), MAX_MILLISECONDS));
}

char *
StreamShardId(const StreamShard *shard)
{
	return psprintf(SHARD_ID_PREFIX "%0*lld-%0*llx", SHARD_TIME_DIGITS,
	                (long long) MillisecondsOf(shard->opened), SHARD_NUMBER_DIGITS,
	                (unsigned long long) shard->number);
}

bool
StreamShardIdParse(Bytes id, int64 *number)
{
	int prefix = strlen(SHARD_ID_PREFIX);
	int dash = prefix + SHARD_TIME_DIGITS;

	if (id.length != dash + 1 + SHARD_NUMBER_DIGITS ||
	    memcmp(id.data, SHARD_ID_PREFIX, prefix) != 0 || id.data[dash] != '-')
		return false;
	for (int i = prefix; i < dash; i++)
		if (!isdigit((unsigned char) id.data[i]))
			return false;
	*number = 0;
	for (int i = dash + 1; i < id.length; i++)
	{
		const char *digit = memchr("0123456789abcdef", id.data[i], 16);

		if (digit == NULL)
			return false;
		*number =
		    *number * 16 + (isdigit((unsigned char) *digit) ? *digit - '0' : *digit - 'a' + 10);
	}
	return true;
}

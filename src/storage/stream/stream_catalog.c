/*
 * Rows of dynamo.stream_catalog and dynamo.stream_shard.
 */
#include "storage/stream/stream_catalog.h"

#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "error/guard.h"
#include "json/kept_json.h"
#include "text/unix_time.h"
#include "storage/catalog/catalog.h"
#include "storage/catalog/stream.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"
#include "storage/stream/change_epoch.h"

#define SHARD_ID_PREFIX "shardId-"
#define SHARD_TIME_DIGITS 20
#define SHARD_NUMBER_DIGITS 10
#define MAX_SHARD_NUMBER INT64CONST(0xffffffffff)
#define MAX_MILLISECONDS INT64CONST(253402300799999) /* the year 9999 ends */

/* Columns in the order of the install script. */
enum
{
	STREAM_COLUMN_TABLE = 1,
	STREAM_COLUMN_LABEL,
	STREAM_COLUMN_RELATION,
	STREAM_COLUMN_OWNER,
	STREAM_COLUMN_STREAM,
	STREAM_COLUMN_CREATED,
	STREAM_COLUMN_DISABLED,
	STREAM_COLUMN_CHANGES_MISSING,
	STREAM_COLUMN_TAGS,
	STREAM_COLUMNS = STREAM_COLUMN_TAGS
};

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

static const Oid stream_types[] = { TEXTOID,        INT8OID,        OIDOID,  OIDOID,  JSONBOID,
	                                TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID, JSONBOID };
static const Oid shard_types[] = {
	INT8OID,        TEXTOID, INT8OID, INT4OID, OIDOID, INT8OID,
	TIMESTAMPTZOID, INT4OID, LSNOID,  INT4OID, LSNOID, TIMESTAMPTZOID
};

/* One of the two tables. */
typedef struct RowSource
{
	const char *table;
	const char *key;
	const Oid *types;
	int columns;
	int required;     /* so many of the first refuse null */
	int table_column; /* the key has the label's and the shard's number after it */
	int label_column;
	int number_column; /* 0: none */
} RowSource;

static const RowSource streams = { .table = "stream_catalog",
	                               .key = "stream_catalog_pkey",
	                               .types = stream_types,
	                               .columns = STREAM_COLUMNS,
	                               .required = STREAM_COLUMN_CREATED,
	                               .table_column = STREAM_COLUMN_TABLE,
	                               .label_column = STREAM_COLUMN_LABEL };
static const RowSource shards = { .table = "stream_shard",
	                              .key = "stream_shard_pkey",
	                              .types = shard_types,
	                              .columns = SHARD_COLUMNS,
	                              .required = SHARD_COLUMN_LEAF,
	                              .table_column = SHARD_COLUMN_TABLE,
	                              .label_column = SHARD_COLUMN_LABEL,
	                              .number_column = SHARD_COLUMN_NUMBER };

/* Rows of one of the tables, in the order of its key. */
typedef struct RowScan
{
	Relation relation;
	Relation index;
	Snapshot snapshot;
	SysScanDesc scan;
} RowScan;

/* What the rows have in common. */
typedef struct RowKey
{
	Bytes table; /* data NULL: any */
	int64 label; /* -1: any */
	int64 number;
} RowKey;

#define ANY_LABEL (-1)
#define ANY_NUMBER (-1)

static Relation
OpenSource(const RowSource *source, LOCKMODE lock)
{
	Oid oid = CatalogExists() ? DynamoRelation(FUNCTION_SCHEMA, source->table) : InvalidOid;
	Relation relation;

	/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
	if (!OidIsValid(oid))
		return NULL;
	relation = table_open(oid, lock);
	CheckOwnColumns(relation, source->types, source->columns, source->required);
	return relation;
}

static int
InitKeys(ScanKeyData *keys, const RowSource *source, const RowKey *wanted)
{
	int count = 0;

	if (wanted->table.data == NULL)
		return 0;
	ScanKeyEntryInitialize(
	    &keys[count++], 0, source->table_column, BTEqualStrategyNumber, TEXTOID, C_COLLATION_OID,
	    F_TEXTEQ,
	    PointerGetDatum(cstring_to_text_with_len(wanted->table.data, wanted->table.length)));
	if (wanted->label != ANY_LABEL)
		ScanKeyInit(&keys[count++], source->label_column, BTEqualStrategyNumber, F_INT8EQ,
		            Int64GetDatum(wanted->label));
	if (wanted->number != ANY_NUMBER)
		ScanKeyInit(&keys[count++], source->number_column, BTEqualStrategyNumber, F_INT8EQ,
		            Int64GetDatum(wanted->number));
	return count;
}

/* False where there is no such table. */
static bool
BeginScan(RowScan *scan, const RowSource *source, LOCKMODE lock, const RowKey *wanted)
{
	ScanKeyData keys[3];
	int count;

	scan->relation = OpenSource(source, lock);
	if (scan->relation == NULL)
		return false;
	count = InitKeys(keys, source, wanted);
	scan->index = index_open(DynamoRelation(FUNCTION_SCHEMA, source->key), AccessShareLock);
	scan->snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan->scan =
	    systable_beginscan_ordered(scan->relation, scan->index, scan->snapshot, count, keys);
	return true;
}

static HeapTuple
NextRow(RowScan *scan)
{
	CHECK_FOR_INTERRUPTS();
	return systable_getnext_ordered(scan->scan, ForwardScanDirection);
}

/* Locks that writers took stay until the transaction ends. */
static void
EndScan(RowScan *scan, LOCKMODE unlock)
{
	systable_endscan_ordered(scan->scan);
	UnregisterSnapshot(scan->snapshot);
	index_close(scan->index, AccessShareLock);
	table_close(scan->relation, unlock);
}

static void
NeedValue(const bool *nulls, int column, const char *name)
{
	if (nulls[column - 1])
		KeptFault(name, "is missing");
}

static Bytes
CopyName(Datum datum)
{
	text *value = DatumGetTextPCopy(datum);

	return (Bytes){ VARDATA(value), VARSIZE(value) - VARHDRSZ };
}

static TimestampTz
OptionalTime(const Datum *values, const bool *nulls, int column)
{
	return nulls[column - 1] ? 0 : DatumGetTimestampTz(values[column - 1]);
}

/* A row that has been taken out of its table, and is to be checked. */
typedef struct RowRead
{
	Bytes table;
	int64 label;
	Datum *values;
	bool *nulls;
	Jsonb *kept;       /* of a stream */
	StreamRow *stream; /* palloc'd, of either kind */
	StreamShard *shard;
} RowRead;

static void
CheckStream(void *state)
{
	RowRead *read = state;
	StreamRow *row = read->stream;
	const TableStream *stream;

	NeedValue(read->nulls, STREAM_COLUMN_CHANGES_MISSING, "changes_missing");
	row->table = read->table;
	row->label = read->label;
	row->relation = DatumGetObjectId(read->values[STREAM_COLUMN_RELATION - 1]);
	row->owner = DatumGetObjectId(read->values[STREAM_COLUMN_OWNER - 1]);
	stream = StreamFromJsonb(read->kept, &row->key);
	if (stream->label != row->label)
		KeptFault("label", "is another one in the row");
	row->view = stream->view;
	row->hidden = stream->hidden;
	row->created = DatumGetTimestampTz(read->values[STREAM_COLUMN_CREATED - 1]);
	row->disabled = OptionalTime(read->values, read->nulls, STREAM_COLUMN_DISABLED);
	row->changes_missing = DatumGetBool(read->values[STREAM_COLUMN_CHANGES_MISSING - 1]);
	row->tags = NULL;
	if (!read->nulls[STREAM_COLUMN_TAGS - 1])
		row->tags = DatumGetJsonbPCopy(read->values[STREAM_COLUMN_TAGS - 1]);
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
	StreamShard *shard = read->shard;
	bool open;

	NeedValue(nulls, SHARD_COLUMN_OPENED, "opened");
	NeedValue(nulls, SHARD_COLUMN_START_EPOCH, "start_epoch");
	NeedValue(nulls, SHARD_COLUMN_START_COMMIT, "start_commit");
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
	shard->closed = OptionalTime(values, nulls, SHARD_COLUMN_CLOSED);
	CheckShard(shard);
}

/*
 * Takes a row out of its table and checks it; NULL, or what is wrong with it. Values that lie out
 * of line are fetched before what is caught: an error there leaves nothing open.
 */
static ErrorData *
ReadRow(const RowScan *scan, const RowSource *source, HeapTuple tuple, RowRead *read)
{
	bool of_stream = source == &streams;

	read->values = palloc_array(Datum, source->columns);
	read->nulls = palloc_array(bool, source->columns);
	heap_deform_tuple(tuple, RelationGetDescr(scan->relation), read->values, read->nulls);
	read->table = CopyName(read->values[source->table_column - 1]);
	read->label = DatumGetInt64(read->values[source->label_column - 1]);
	if (!of_stream)
	{
		read->shard = palloc0_object(StreamShard);
		return Guard(ReadShard, read, ErrorIsCorruption);
	}
	read->stream = palloc0_object(StreamRow);
	read->kept = DatumGetJsonbPCopy(read->values[STREAM_COLUMN_STREAM - 1]);
	return Guard(CheckStream, read, ErrorIsCorruption);
}

/* What is done with rows that are broken. */
typedef void (*BrokenRow)(const RowRead *read, ErrorData *fault, void *state);

/* Rows as a list of what their kind of row is read into, but for those that are broken. */
static List *
ReadRows(const RowSource *source, const RowKey *wanted, BrokenRow broken, void *state)
{
	List *rows = NIL;
	HeapTuple tuple;
	RowScan scan;

	if (!BeginScan(&scan, source, AccessShareLock, wanted))
		return NIL;
	while (HeapTupleIsValid(tuple = NextRow(&scan)))
	{
		RowRead read = { 0 };
		ErrorData *fault = ReadRow(&scan, source, tuple, &read);

		if (fault != NULL)
			broken(&read, fault, state);
		else
			rows = lappend(rows, read.stream != NULL ? (void *) read.stream : read.shard);
	}
	EndScan(&scan, AccessShareLock);
	return rows;
}

static void
LeaveOut(const RowRead *read, ErrorData *fault, void *state)
{
}

static void
KeepFault(const RowRead *read, ErrorData *fault, void *state)
{
	*(ErrorData **) state = fault;
}

/* Raises what is wrong with one of the rows when nothing is open any more: callers may catch it. */
static List *
ReadWholeRows(const RowSource *source, const RowKey *wanted)
{
	ErrorData *fault = NULL;
	List *rows = ReadRows(source, wanted, KeepFault, &fault);

	if (fault != NULL)
		ReThrowError(fault);
	return rows;
}

List *
StreamRows(Bytes table)
{
	return ReadRows(&streams, &(RowKey){ table, ANY_LABEL, ANY_NUMBER }, LeaveOut, NULL);
}

List *
StreamRowsShown(Bytes table)
{
	List *rows = StreamRows(table);
	ListCell *cell;

	foreach (cell, rows)
	{
		StreamRow *row = lfirst(cell);

		if (row->hidden)
			rows = foreach_delete_current (rows, cell);
	}
	return rows;
}

bool
StreamRowFind(Bytes table, int64 label, StreamRow *row)
{
	List *rows = ReadWholeRows(&streams, &(RowKey){ table, label, ANY_NUMBER });

	if (rows != NIL)
		*row = *(const StreamRow *) linitial(rows);
	return rows != NIL;
}

List *
StreamShards(Bytes table, int64 label)
{
	return ReadWholeRows(&shards, &(RowKey){ table, label, ANY_NUMBER });
}

List *
StreamShardsReadable(const StreamRow *row)
{
	return ReadRows(&shards, &(RowKey){ row->table, row->label, ANY_NUMBER }, LeaveOut, NULL);
}

typedef struct BrokenVisit
{
	StreamBrokenVisitor visit;
	const char *table; /* of the extension */
} BrokenVisit;

static void
VisitBroken(const RowRead *read, ErrorData *fault, void *state)
{
	const BrokenVisit *visit = state;

	visit->visit(visit->table, read->table, read->label, fault);
}

void
StreamsVisitBroken(StreamBrokenVisitor visit)
{
	const RowSource *const sources[] = { &streams, &shards };
	const RowKey any = { { NULL, 0 }, ANY_LABEL, ANY_NUMBER };

	for (int i = 0; i < lengthof(sources); i++)
	{
		BrokenVisit state = { visit, sources[i]->table };

		list_free_deep(ReadRows(sources[i], &any, VisitBroken, &state));
	}
}

bool
StreamCatalogLock(LOCKMODE lock)
{
	Relation relation = OpenSource(&streams, lock);

	if (relation == NULL)
		return false;
	table_close(relation, NoLock);
	return true;
}

void
StreamWarnOfBroken(const char *catalog, Bytes table, int64 label, ErrorData *fault)
{
	ereport(WARNING, (errcode(fault->sqlerrcode),
	                  errmsg("a row of dynamo.%s is broken: %s", catalog, fault->message),
	                  errdetail("It is of the stream %lld of table \"%.*s\".", (long long) label,
	                            BYTES_ARGS(table))));
}

/* Also where the row is broken otherwise, but for what is no time. 0: the table has had no stream.
 */
static int64
LastLabel(Bytes table)
{
	RowKey wanted = { table, ANY_LABEL, ANY_NUMBER };
	int64 last = 0;
	HeapTuple tuple;
	RowScan scan;
	bool null;

	if (!BeginScan(&scan, &streams, AccessShareLock, &wanted))
		return 0;
	while (HeapTupleIsValid(tuple = NextRow(&scan)))
	{
		int64 label = DatumGetInt64(
		    heap_getattr(tuple, STREAM_COLUMN_LABEL, RelationGetDescr(scan.relation), &null));

		if (label < MAX_MILLISECONDS)
			last = label;
	}
	EndScan(&scan, AccessShareLock);
	return last;
}

/* A table of the name that was dropped may have had one just now. */
int64
StreamNextLabel(Bytes table, const TableStream *last)
{
	return Max(StreamNewLabel(last), LastLabel(table) + 1);
}

/* Makes what the transaction wrote visible to itself, and readers read again once it commits. */
static void
EndWrite(Relation relation)
{
	CacheInvalidateRelcacheByRelid(RelationGetRelid(relation));
	CommandCounterIncrement();
}

static Relation
NeedSource(const RowSource *source)
{
	Relation relation = OpenSource(source, RowExclusiveLock);

	if (relation == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("version 1.0 of extension dynamo has no streams"),
		                errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	return relation;
}

static void
InsertStream(const Table *table, const TableStream *stream)
{
	const TableDefinition *definition = &table->definition;
	Relation relation = NeedSource(&streams);
	Datum values[STREAM_COLUMNS] = { 0 };
	bool nulls[STREAM_COLUMNS] = { false };

	values[STREAM_COLUMN_TABLE - 1] =
	    PointerGetDatum(cstring_to_text_with_len(definition->name.data, definition->name.length));
	values[STREAM_COLUMN_LABEL - 1] = Int64GetDatum(stream->label);
	values[STREAM_COLUMN_RELATION - 1] = ObjectIdGetDatum(table->relation);
	values[STREAM_COLUMN_OWNER - 1] = ObjectIdGetDatum(RelationOwner(table->relation));
	values[STREAM_COLUMN_STREAM - 1] = JsonbPGetDatum(StreamToJsonb(stream, &definition->key));
	values[STREAM_COLUMN_CREATED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	nulls[STREAM_COLUMN_DISABLED - 1] = true;
	values[STREAM_COLUMN_CHANGES_MISSING - 1] = BoolGetDatum(false);
	nulls[STREAM_COLUMN_TAGS - 1] = true;
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
	table_close(relation, NoLock);
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
	InsertStream(table, stream);
	start.epoch = ChangeEpochOfNewStream();
	start.commit = GetXLogInsertRecPtr();
	relation = NeedSource(&shards);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		StreamShard shard = { .number = NextShardNumber(),
			                  .leaf_number = leaf,
			                  .leaf = table->leaves[leaf].relation,
			                  .opened = GetCurrentTimestamp(),
			                  .start = start };

		InsertShard(relation, table->definition.name, stream->label, &shard);
	}
	EndWrite(relation);
	table_close(relation, NoLock);
}

static void
UpdateRow(RowScan *scan, HeapTuple row, Datum *values, bool *replaced)
{
	bool nulls[SHARD_COLUMNS] = { false }; /* and the other table has fewer columns */
	HeapTuple changed =
	    heap_modify_tuple(row, RelationGetDescr(scan->relation), values, nulls, replaced);

	CatalogTupleUpdate(scan->relation, &row->t_self, changed);
	CacheInvalidateRelcache(scan->relation);
}

static bool
IsDisabled(RowScan *scan, HeapTuple row)
{
	return !heap_attisnull(row, STREAM_COLUMN_DISABLED, RelationGetDescr(scan->relation));
}

static void
DisableRow(RowScan *scan, HeapTuple row, Oid owner, bool changes_missing)
{
	Datum values[STREAM_COLUMNS] = { 0 };
	bool replaced[STREAM_COLUMNS] = { false };

	values[STREAM_COLUMN_DISABLED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	replaced[STREAM_COLUMN_DISABLED - 1] = true;
	values[STREAM_COLUMN_CHANGES_MISSING - 1] = BoolGetDatum(changes_missing);
	replaced[STREAM_COLUMN_CHANGES_MISSING - 1] = true;
	values[STREAM_COLUMN_OWNER - 1] = ObjectIdGetDatum(owner);
	replaced[STREAM_COLUMN_OWNER - 1] = OidIsValid(owner);
	UpdateRow(scan, row, values, replaced);
}

bool
StreamEnd(Bytes table, int64 label, Oid owner, bool changes_missing)
{
	RowKey wanted = { table, label, ANY_NUMBER };
	bool ended;
	HeapTuple row;
	RowScan scan;

	if (!BeginScan(&scan, &streams, RowExclusiveLock, &wanted))
		return false;
	row = NextRow(&scan);
	ended = HeapTupleIsValid(row) && !IsDisabled(&scan, row);
	if (ended)
		DisableRow(&scan, row, owner, changes_missing);
	EndScan(&scan, NoLock);
	CommandCounterIncrement();
	return ended;
}

static bool
TryLockRow(RowScan *scan, HeapTuple row)
{
	HeapTupleData tuple = *row;
	TM_FailureData failure;
	Buffer buffer;
	TM_Result result =
	    heap_lock_tuple(scan->relation, &tuple, GetCurrentCommandId(true), LockTupleNoKeyExclusive,
	                    LockWaitSkip, false, &buffer, &failure);

	ReleaseBuffer(buffer);
	return result == TM_Ok;
}

bool
StreamTryLock(const StreamRow *row)
{
	RowKey wanted = { row->table, row->label, ANY_NUMBER };
	bool locked;
	HeapTuple tuple;
	RowScan scan;

	if (!BeginScan(&scan, &streams, RowExclusiveLock, &wanted))
		return false;
	tuple = NextRow(&scan);
	locked = HeapTupleIsValid(tuple) && IsDisabled(&scan, tuple) == (row->disabled != 0) &&
	         TryLockRow(&scan, tuple);
	EndScan(&scan, NoLock);
	return locked;
}

/* The owner that a relation had before the current command dropped it, or InvalidOid. */
static Oid
OwnerBefore(Oid relation)
{
	Oid owner = InvalidOid;
	Relation classes;
	SysScanDesc scan;
	HeapTuple row;
	ScanKeyData key;

	if (!ActiveSnapshotSet())
		return InvalidOid;
	classes = table_open(RelationRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(relation));
	scan = systable_beginscan(classes, ClassOidIndexId, true, GetActiveSnapshot(), 1, &key);
	if (HeapTupleIsValid(row = systable_getnext(scan)))
		owner = ((Form_pg_class) GETSTRUCT(row))->relowner;
	systable_endscan(scan);
	table_close(classes, AccessShareLock);
	return owner;
}

bool
StreamEndDropped(Oid relation)
{
	RowKey wanted = { { NULL, 0 }, ANY_LABEL, ANY_NUMBER };
	bool ended = false;
	HeapTuple row;
	RowScan scan;

	if (!BeginScan(&scan, &streams, RowExclusiveLock, &wanted))
		return false;
	while (HeapTupleIsValid(row = NextRow(&scan)))
	{
		bool null;
		Datum of =
		    heap_getattr(row, STREAM_COLUMN_RELATION, RelationGetDescr(scan.relation), &null);

		if (DatumGetObjectId(of) != relation || IsDisabled(&scan, row))
			continue;
		DisableRow(&scan, row, OwnerBefore(relation), false);
		ended = true;
	}
	EndScan(&scan, NoLock);
	CommandCounterIncrement();
	return ended;
}

static void
CloseRow(RowScan *scan, HeapTuple row, const SequenceNumber *end)
{
	Datum values[SHARD_COLUMNS] = { 0 };
	bool replaced[SHARD_COLUMNS] = { false };
	RowRead read = { 0 };

	/* One that is broken has no end that it could be given. */
	if (ReadRow(scan, &shards, row, &read) != NULL || !ShardIsOpen(read.shard))
		return;
	/* One that began as the epoch ended is empty. */
	if (SequenceNumberCompare(end, &read.shard->start) < 0)
		end = &read.shard->start;
	values[SHARD_COLUMN_END_EPOCH - 1] = Int32GetDatum(end->epoch);
	replaced[SHARD_COLUMN_END_EPOCH - 1] = true;
	values[SHARD_COLUMN_END_COMMIT - 1] = LSNGetDatum(end->commit);
	replaced[SHARD_COLUMN_END_COMMIT - 1] = true;
	values[SHARD_COLUMN_CLOSED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	replaced[SHARD_COLUMN_CLOSED - 1] = true;
	UpdateRow(scan, row, values, replaced);
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

	if (!BeginScan(&scan, &shards, RowExclusiveLock, &wanted))
		return;
	while (HeapTupleIsValid(tuple = NextRow(&scan)))
		change(&scan, tuple, end);
	CacheInvalidateRelcacheByRelid(RelationGetRelid(scan.relation));
	EndScan(&scan, NoLock);
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
	relation = NeedSource(&shards);
	InsertShard(relation, row->table, row->label, &child);
	EndWrite(relation);
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

void
StreamForget(const StreamRow *row)
{
	RowKey wanted = { row->table, row->label, ANY_NUMBER };
	HeapTuple tuple;
	RowScan scan;

	if (!BeginScan(&scan, &streams, RowExclusiveLock, &wanted))
		return;
	if (HeapTupleIsValid(tuple = NextRow(&scan)))
		CatalogTupleDelete(scan.relation, &tuple->t_self);
	EndScan(&scan, NoLock);
	CommandCounterIncrement();
}

static void
SetColumn(const StreamRow *row, int column, Datum value)
{
	RowKey wanted = { row->table, row->label, ANY_NUMBER };
	Datum values[STREAM_COLUMNS] = { 0 };
	bool replaced[STREAM_COLUMNS] = { false };
	HeapTuple tuple;
	RowScan scan;

	if (!BeginScan(&scan, &streams, RowExclusiveLock, &wanted))
		return;
	values[column - 1] = value;
	replaced[column - 1] = true;
	if (HeapTupleIsValid(tuple = NextRow(&scan)))
		UpdateRow(&scan, tuple, values, replaced);
	EndScan(&scan, NoLock);
	CommandCounterIncrement();
}

void
StreamSetOwner(const StreamRow *row, Oid owner)
{
	SetColumn(row, STREAM_COLUMN_OWNER, ObjectIdGetDatum(owner));
}

void
StreamSetTags(const StreamRow *row, Jsonb *tags)
{
	SetColumn(row, STREAM_COLUMN_TAGS, JsonbPGetDatum(tags));
}

void
StreamNoteMissing(const StreamRow *row)
{
	SetColumn(row, STREAM_COLUMN_CHANGES_MISSING, BoolGetDatum(true));
}

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

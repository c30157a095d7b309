/*
 * Rows of dynamo.stream_catalog.
 */
#include "storage/stream/stream_catalog.h"

#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "json/kept_json.h"
#include "storage/catalog/stream.h"
#include "storage/query/ddl.h"
#include "storage/stream/stream_row.h"
#include "text/unix_time.h"

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

static const Oid stream_types[] = { TEXTOID,        INT8OID,        OIDOID,  OIDOID,  JSONBOID,
	                                TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID, JSONBOID };

static void
PrepareStream(RowRead *read)
{
	read->row = palloc0_object(StreamRow);
	read->kept = DatumGetJsonbPCopy(read->values[STREAM_COLUMN_STREAM - 1]);
}

static void
CheckStream(void *state)
{
	RowRead *read = state;
	StreamRow *row = read->row;
	const TableStream *stream;

	RowNeedValue(read->nulls, STREAM_COLUMN_CHANGES_MISSING, "changes_missing");
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
	row->disabled = RowOptionalTime(read->values, read->nulls, STREAM_COLUMN_DISABLED);
	row->changes_missing = DatumGetBool(read->values[STREAM_COLUMN_CHANGES_MISSING - 1]);
	row->tags = NULL;
	if (!read->nulls[STREAM_COLUMN_TAGS - 1])
		row->tags = DatumGetJsonbPCopy(read->values[STREAM_COLUMN_TAGS - 1]);
}

const RowSource stream_rows = { .table = "stream_catalog",
	                            .key = "stream_catalog_pkey",
	                            .types = stream_types,
	                            .columns = STREAM_COLUMNS,
	                            .required = STREAM_COLUMN_CREATED,
	                            .table_column = STREAM_COLUMN_TABLE,
	                            .label_column = STREAM_COLUMN_LABEL,
	                            .prepare = PrepareStream,
	                            .read = CheckStream };

StaticAssertDecl(STREAM_COLUMNS <= ROW_MAX_COLUMNS, "rows of streams have too many columns");

List *
StreamRows(Bytes table)
{
	return RowsRead(&stream_rows, &(RowKey){ table, ANY_LABEL, ANY_NUMBER }, RowLeaveOut, NULL);
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
	List *rows = RowsReadWhole(&stream_rows, &(RowKey){ table, label, ANY_NUMBER });

	if (rows != NIL)
		*row = *(const StreamRow *) linitial(rows);
	return rows != NIL;
}

bool
StreamCatalogLock(LOCKMODE lock)
{
	Relation relation = RowSourceOpen(&stream_rows, lock);

	if (relation == NULL)
		return false;
	table_close(relation, NoLock);
	return true;
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

	if (!RowScanBegin(&scan, &stream_rows, AccessShareLock, &wanted))
		return 0;
	while (HeapTupleIsValid(tuple = RowScanNext(&scan)))
	{
		int64 label = DatumGetInt64(
		    heap_getattr(tuple, STREAM_COLUMN_LABEL, RelationGetDescr(scan.relation), &null));

		if (label < MAX_MILLISECONDS)
			last = label;
	}
	RowScanEnd(&scan, AccessShareLock);
	return last;
}

/* A table of the name that was dropped may have had one just now. */
int64
StreamNextLabel(Bytes table, const TableStream *last)
{
	return Max(StreamNewLabel(last), LastLabel(table) + 1);
}

void
StreamInsert(const Table *table, const TableStream *stream)
{
	const TableDefinition *definition = &table->definition;
	Relation relation = RowSourceNeed(&stream_rows);
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
	RowUpdate(scan, row, values, replaced);
}

bool
StreamEnd(Bytes table, int64 label, Oid owner, bool changes_missing)
{
	RowKey wanted = { table, label, ANY_NUMBER };
	bool ended;
	HeapTuple row;
	RowScan scan;

	if (!RowScanBegin(&scan, &stream_rows, RowExclusiveLock, &wanted))
		return false;
	row = RowScanNext(&scan);
	ended = HeapTupleIsValid(row) && !IsDisabled(&scan, row);
	if (ended)
		DisableRow(&scan, row, owner, changes_missing);
	RowScanEnd(&scan, NoLock);
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

	if (!RowScanBegin(&scan, &stream_rows, RowExclusiveLock, &wanted))
		return false;
	tuple = RowScanNext(&scan);
	locked = HeapTupleIsValid(tuple) && IsDisabled(&scan, tuple) == (row->disabled != 0) &&
	         TryLockRow(&scan, tuple);
	RowScanEnd(&scan, NoLock);
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

	if (!RowScanBegin(&scan, &stream_rows, RowExclusiveLock, &wanted))
		return false;
	while (HeapTupleIsValid(row = RowScanNext(&scan)))
	{
		bool null;
		Datum of =
		    heap_getattr(row, STREAM_COLUMN_RELATION, RelationGetDescr(scan.relation), &null);

		if (DatumGetObjectId(of) != relation || IsDisabled(&scan, row))
			continue;
		DisableRow(&scan, row, OwnerBefore(relation), false);
		ended = true;
	}
	RowScanEnd(&scan, NoLock);
	CommandCounterIncrement();
	return ended;
}

void
StreamForget(const StreamRow *row)
{
	RowKey wanted = { row->table, row->label, ANY_NUMBER };
	HeapTuple tuple;
	RowScan scan;

	if (!RowScanBegin(&scan, &stream_rows, RowExclusiveLock, &wanted))
		return;
	if (HeapTupleIsValid(tuple = RowScanNext(&scan)))
		CatalogTupleDelete(scan.relation, &tuple->t_self);
	RowScanEnd(&scan, NoLock);
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

	if (!RowScanBegin(&scan, &stream_rows, RowExclusiveLock, &wanted))
		return;
	values[column - 1] = value;
	replaced[column - 1] = true;
	if (HeapTupleIsValid(tuple = RowScanNext(&scan)))
		RowUpdate(&scan, tuple, values, replaced);
	RowScanEnd(&scan, NoLock);
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

/*
 * See stream_row.h.
 */
#include "storage/stream/stream_row.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "error/guard.h"
#include "json/kept_json.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

Relation
RowSourceOpen(const RowSource *source, LOCKMODE lock)
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

bool
RowScanBegin(RowScan *scan, const RowSource *source, LOCKMODE lock, const RowKey *wanted)
{
	ScanKeyData keys[3];
	int count;

	scan->relation = RowSourceOpen(source, lock);
	if (scan->relation == NULL)
		return false;
	count = InitKeys(keys, source, wanted);
	scan->index = index_open(DynamoRelation(FUNCTION_SCHEMA, source->key), AccessShareLock);
	scan->snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan->scan =
	    systable_beginscan_ordered(scan->relation, scan->index, scan->snapshot, count, keys);
	return true;
}

HeapTuple
RowScanNext(RowScan *scan)
{
	CHECK_FOR_INTERRUPTS();
	return systable_getnext_ordered(scan->scan, ForwardScanDirection);
}

void
RowScanEnd(RowScan *scan, LOCKMODE unlock)
{
	systable_endscan_ordered(scan->scan);
	UnregisterSnapshot(scan->snapshot);
	index_close(scan->index, AccessShareLock);
	table_close(scan->relation, unlock);
}

void
RowNeedValue(const bool *nulls, int column, const char *name)
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

TimestampTz
RowOptionalTime(const Datum *values, const bool *nulls, int column)
{
	return nulls[column - 1] ? 0 : DatumGetTimestampTz(values[column - 1]);
}

/* Values that lie out of line are fetched before what is caught: an error there leaves nothing
 * open. */
ErrorData *
RowTake(const RowScan *scan, const RowSource *source, HeapTuple tuple, RowRead *read)
{
	read->values = palloc_array(Datum, source->columns);
	read->nulls = palloc_array(bool, source->columns);
	heap_deform_tuple(tuple, RelationGetDescr(scan->relation), read->values, read->nulls);
	read->table = CopyName(read->values[source->table_column - 1]);
	read->label = DatumGetInt64(read->values[source->label_column - 1]);
	source->prepare(read);
	return Guard(source->read, read, ErrorIsCorruption);
}

List *
RowsRead(const RowSource *source, const RowKey *wanted, BrokenRow broken, void *state)
{
	List *rows = NIL;
	HeapTuple tuple;
	RowScan scan;

	if (!RowScanBegin(&scan, source, AccessShareLock, wanted))
		return NIL;
	while (HeapTupleIsValid(tuple = RowScanNext(&scan)))
	{
		RowRead read = { 0 };
		ErrorData *fault = RowTake(&scan, source, tuple, &read);

		if (fault != NULL)
			broken(&read, fault, state);
		else
			rows = lappend(rows, read.row);
	}
	RowScanEnd(&scan, AccessShareLock);
	return rows;
}

void
RowLeaveOut(const RowRead *read, ErrorData *fault, void *state)
{
}

static void
KeepFault(const RowRead *read, ErrorData *fault, void *state)
{
	*(ErrorData **) state = fault;
}

List *
RowsReadWhole(const RowSource *source, const RowKey *wanted)
{
	ErrorData *fault = NULL;
	List *rows = RowsRead(source, wanted, KeepFault, &fault);

	if (fault != NULL)
		ReThrowError(fault);
	return rows;
}

void
RowWriteEnd(Relation relation)
{
	CacheInvalidateRelcacheByRelid(RelationGetRelid(relation));
	CommandCounterIncrement();
}

Relation
RowSourceNeed(const RowSource *source)
{
	Relation relation = RowSourceOpen(source, RowExclusiveLock);

	if (relation == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("version 1.0 of extension dynamo has no streams"),
		                errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	return relation;
}

void
RowUpdate(RowScan *scan, HeapTuple row, Datum *values, bool *replaced)
{
	bool nulls[ROW_MAX_COLUMNS] = { false };
	HeapTuple changed =
	    heap_modify_tuple(row, RelationGetDescr(scan->relation), values, nulls, replaced);

	CatalogTupleUpdate(scan->relation, &row->t_self, changed);
	CacheInvalidateRelcache(scan->relation);
}

/*
 * Rows of dynamo.change_epoch.
 */
#include "storage/stream/change_epoch.h"

#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "json/kept_json.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

#define EPOCH_NAME "change_epoch"
#define EPOCH_KEY_NAME "change_epoch_pkey"

/* Columns in the order of the install script. */
enum
{
	EPOCH_COLUMN_EPOCH = 1,
	EPOCH_COLUMN_SYSTEM_IDENTIFIER,
	EPOCH_COLUMN_TIMELINE,
	EPOCH_COLUMN_START,
	EPOCH_COLUMN_STARTED,
	EPOCH_COLUMN_REASON,
	EPOCH_COLUMN_ENDED,
	EPOCH_COLUMN_LOSS,
	EPOCH_COLUMNS = EPOCH_COLUMN_LOSS
};

static const Oid types[] = { INT4OID,        INT8OID, INT4OID,        LSNOID,
	                         TIMESTAMPTZOID, TEXTOID, TIMESTAMPTZOID, TEXTOID };

static Relation
OpenEpochs(LOCKMODE lock)
{
	Oid oid = CatalogExists() ? DynamoRelation(FUNCTION_SCHEMA, EPOCH_NAME) : InvalidOid;
	Relation relation;

	if (!OidIsValid(oid))
		return NULL;
	relation = table_open(oid, lock);
	CheckOwnColumns(relation, types, EPOCH_COLUMNS, EPOCH_COLUMN_REASON);
	return relation;
}

static void
ReadEpoch(TupleDesc descriptor, HeapTuple tuple, ChangeEpoch *epoch)
{
	Datum values[EPOCH_COLUMNS];
	bool nulls[EPOCH_COLUMNS];
	int32 number;

	heap_deform_tuple(tuple, descriptor, values, nulls);
	number = DatumGetInt32(values[EPOCH_COLUMN_EPOCH - 1]);
	if (number < FIRST_EPOCH || number > MAX_EPOCH)
		KeptFault("epoch", "is out of range");
	epoch->epoch = number;
	epoch->system_identifier = DatumGetInt64(values[EPOCH_COLUMN_SYSTEM_IDENTIFIER - 1]);
	epoch->timeline = DatumGetInt32(values[EPOCH_COLUMN_TIMELINE - 1]);
	epoch->start = DatumGetLSN(values[EPOCH_COLUMN_START - 1]);
	epoch->started = DatumGetTimestampTz(values[EPOCH_COLUMN_STARTED - 1]);
	epoch->ended = 0;
	if (!nulls[EPOCH_COLUMN_ENDED - 1])
		epoch->ended = DatumGetTimestampTz(values[EPOCH_COLUMN_ENDED - 1]);
	epoch->loss[0] = '\0';
	if (!nulls[EPOCH_COLUMN_LOSS - 1])
		text_to_cstring_buffer(DatumGetTextPP(values[EPOCH_COLUMN_LOSS - 1]), epoch->loss,
		                       sizeof(epoch->loss));
}

static void
EndRow(Relation relation, HeapTuple row, const char *loss)
{
	Datum values[EPOCH_COLUMNS] = { 0 };
	bool nulls[EPOCH_COLUMNS] = { false };
	bool replaced[EPOCH_COLUMNS] = { false };
	HeapTuple changed;

	values[EPOCH_COLUMN_ENDED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	replaced[EPOCH_COLUMN_ENDED - 1] = true;
	replaced[EPOCH_COLUMN_LOSS - 1] = true;
	nulls[EPOCH_COLUMN_LOSS - 1] = loss == NULL;
	if (loss != NULL)
		values[EPOCH_COLUMN_LOSS - 1] = CStringGetTextDatum(loss);
	changed = heap_modify_tuple(row, RelationGetDescr(relation), values, nulls, replaced);
	CatalogTupleUpdate(relation, &row->t_self, changed);
}

/* Reads the last row and, where `end`, ends an epoch that is under way. */
static bool
VisitLast(ChangeEpoch *epoch, bool end, const char *loss)
{
	Relation relation = OpenEpochs(end ? RowExclusiveLock : AccessShareLock);
	Snapshot snapshot;
	SysScanDesc scan;
	Relation index;
	HeapTuple row;

	if (relation == NULL)
		return false;
	index = index_open(DynamoRelation(FUNCTION_SCHEMA, EPOCH_KEY_NAME), AccessShareLock);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan_ordered(relation, index, snapshot, 0, NULL);
	row = systable_getnext_ordered(scan, BackwardScanDirection);
	if (HeapTupleIsValid(row))
		ReadEpoch(RelationGetDescr(relation), row, epoch);
	if (HeapTupleIsValid(row) && end && epoch->ended == 0)
		EndRow(relation, row, loss);
	systable_endscan_ordered(scan);
	UnregisterSnapshot(snapshot);
	index_close(index, AccessShareLock);
	table_close(relation, end ? NoLock : AccessShareLock);
	return HeapTupleIsValid(row);
}

bool
ChangeEpochLast(ChangeEpoch *epoch)
{
	return VisitLast(epoch, false, NULL);
}

ChangeEpoch *
ChangeEpochs(int *count)
{
	Relation relation = OpenEpochs(AccessShareLock);
	ChangeEpoch *epochs = NULL;
	Snapshot snapshot;
	SysScanDesc scan;
	Relation index;
	HeapTuple row;

	*count = 0;
	if (relation == NULL)
		return NULL;
	index = index_open(DynamoRelation(FUNCTION_SCHEMA, EPOCH_KEY_NAME), AccessShareLock);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan_ordered(relation, index, snapshot, 0, NULL);
	while (HeapTupleIsValid(row = systable_getnext_ordered(scan, ForwardScanDirection)))
	{
		Size size = sizeof(ChangeEpoch) * (*count + 1);

		epochs = epochs == NULL ? palloc(size) : repalloc(epochs, size);
		ReadEpoch(RelationGetDescr(relation), row, &epochs[(*count)++]);
	}
	systable_endscan_ordered(scan);
	UnregisterSnapshot(snapshot);
	index_close(index, AccessShareLock);
	table_close(relation, AccessShareLock);
	return epochs;
}

uint32
ChangeEpochOfNewStream(void)
{
	ChangeEpoch last;

	if (!ChangeEpochLast(&last))
		return FIRST_EPOCH;
	return last.ended == 0 ? last.epoch : Min(last.epoch + 1, MAX_EPOCH);
}

/*
 * Epochs go on growing where the rows are lost, as by a dump and its restore: the number is at
 * least that of the hours since the year 2026.
 */
static uint32
NextNumber(void)
{
	int64 year_2026 = (int64) (UNIX_EPOCH_JDATE + 20454 - POSTGRES_EPOCH_JDATE) * SECS_PER_DAY;
	int64 hours = (GetCurrentTimestamp() / USECS_PER_SEC - year_2026) / SECS_PER_HOUR;
	int64 number = Max(FIRST_EPOCH, hours);
	ChangeEpoch last;

	if (ChangeEpochLast(&last))
		number = Max(number, (int64) last.epoch + 1);
	if (number > MAX_EPOCH)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		                errmsg("there is no number for a further epoch of changes")));
	return number;
}

uint32
ChangeEpochBegin(XLogRecPtr start, const char *reason)
{
	uint32 number = NextNumber();
	Relation relation = OpenEpochs(RowExclusiveLock);
	Datum values[EPOCH_COLUMNS] = { 0 };
	bool nulls[EPOCH_COLUMNS] = { false };

	if (relation == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("extension dynamo has no table of epochs in this database")));
	values[EPOCH_COLUMN_EPOCH - 1] = Int32GetDatum(number);
	values[EPOCH_COLUMN_SYSTEM_IDENTIFIER - 1] = Int64GetDatum(GetSystemIdentifier());
	values[EPOCH_COLUMN_TIMELINE - 1] = Int32GetDatum(GetWALInsertionTimeLine());
	values[EPOCH_COLUMN_START - 1] = LSNGetDatum(start);
	values[EPOCH_COLUMN_STARTED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[EPOCH_COLUMN_REASON - 1] = CStringGetTextDatum(reason);
	nulls[EPOCH_COLUMN_ENDED - 1] = true;
	nulls[EPOCH_COLUMN_LOSS - 1] = true;
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
	table_close(relation, NoLock);
	CommandCounterIncrement();
	return number;
}

void
ChangeEpochEnd(const char *loss)
{
	ChangeEpoch last;

	(void) VisitLast(&last, true, loss);
	CommandCounterIncrement();
}

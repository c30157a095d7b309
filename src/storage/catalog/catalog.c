/*
 * Rows of dynamo.table_catalog.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "error/error.h"
#include "error/guard.h"
#include "json/kept_json.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/relation/lock.h"
#include "storage/query/relation_name.h"
#include "storage/catalog/stream.h"

#define CATALOG_NAME "table_catalog"
#define CATALOG_KEY_NAME "table_catalog_pkey"
#define CATALOG_RELATION_NAME "table_catalog_relation"
#define CATALOG_ID_NAME "table_catalog_id"

/* Columns in the order of the install script. */
enum
{
	CATALOG_COLUMN_NAME = 1,
	CATALOG_COLUMN_ID,
	CATALOG_COLUMN_RELATION,
	CATALOG_COLUMN_LEAVES,
	CATALOG_COLUMN_CREATED,
	CATALOG_COLUMN_STATUS,
	CATALOG_COLUMN_DEFINITION,
	CATALOG_COLUMN_SETTINGS,
	CATALOG_COLUMN_STREAM,
	CATALOG_COLUMNS = CATALOG_COLUMN_STREAM
};

typedef struct CatalogScan
{
	Relation catalog;
	Relation key_index;
	Snapshot snapshot;
	SysScanDesc scan;
} CatalogScan;

/* Any relation may have the name where the extension is not installed. */
static Oid
FindCatalog(void)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, CATALOG_NAME);
	Oid extension = get_extension_oid("dynamo", true);

	if (!OidIsValid(oid) || !OidIsValid(extension) ||
	    getExtensionOfObject(RelationRelationId, oid) != extension)
		return InvalidOid;
	return oid;
}

bool
CatalogExists(void)
{
	return OidIsValid(FindCatalog());
}

static Oid
CatalogOid(void)
{
	Oid oid = FindCatalog();

	if (!OidIsValid(oid))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("extension dynamo is not installed in this database"),
		                errhint("Run CREATE EXTENSION dynamo.")));
	return oid;
}

void
CatalogCheckColumns(Relation catalog)
{
	static const Oid types[] = { TEXTOID, UUIDOID,  REGCLASSOID, REGCLASSARRAYOID, TIMESTAMPTZOID,
		                         TEXTOID, JSONBOID, JSONBOID,    JSONBOID };
	bool has_streams = RelationGetDescr(catalog)->natts >= CATALOG_COLUMN_STREAM;

	/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
	CheckOwnColumns(catalog, types, has_streams ? CATALOG_COLUMN_STREAM : CATALOG_COLUMN_SETTINGS,
	                CATALOG_COLUMN_DEFINITION);
}

static Relation
OpenCatalog(LOCKMODE lock)
{
	Relation catalog = table_open(CatalogOid(), lock);

	CatalogCheckColumns(catalog);
	return catalog;
}

/* Rows whose name compares to `name` by the strategy, in order; data NULL: every row. */
static void
BeginScan(CatalogScan *scan, LOCKMODE lock, Bytes name, StrategyNumber strategy,
          RegProcedure compare)
{
	ScanKeyData key;
	int key_count = 0;

	scan->catalog = OpenCatalog(lock);
	scan->key_index =
	    index_open(DynamoRelation(FUNCTION_SCHEMA, CATALOG_KEY_NAME), AccessShareLock);
	scan->snapshot = RegisterSnapshot(GetLatestSnapshot());
	/* Else a row just committed may be seen before its relation is, and pass for a dropped one. */
	InvalidateCatalogSnapshot();
	if (name.data != NULL)
	{
		Datum text = PointerGetDatum(cstring_to_text_with_len(name.data, name.length));

		ScanKeyEntryInitialize(&key, 0, CATALOG_COLUMN_NAME, strategy, TEXTOID, C_COLLATION_OID,
		                       compare, text);
		key_count = 1;
	}
	scan->scan =
	    systable_beginscan_ordered(scan->catalog, scan->key_index, scan->snapshot, key_count, &key);
}

static void
BeginLookup(CatalogScan *scan, LOCKMODE lock, Bytes name)
{
	BeginScan(scan, lock, name, BTEqualStrategyNumber, F_TEXTEQ);
}

static HeapTuple
NextRow(CatalogScan *scan)
{
	return systable_getnext_ordered(scan->scan, ForwardScanDirection);
}

/* Locks that writers took stay until the transaction ends. */
static void
EndScan(CatalogScan *scan, LOCKMODE unlock)
{
	systable_endscan_ordered(scan->scan);
	UnregisterSnapshot(scan->snapshot);
	index_close(scan->key_index, AccessShareLock);
	table_close(scan->catalog, unlock);
}

static Bytes
CopyText(Datum datum)
{
	text *value = DatumGetTextPCopy(datum);

	return (Bytes){ VARDATA(value), VARSIZE(value) - VARHDRSZ };
}

/* A row may come from a restore, or from a superuser. NULL where it is no array of partitions. */
static Oid *
OidsFromArray(Datum datum, int *count)
{
	ArrayType *array = DatumGetArrayTypePCopy(datum);

	*count = 0;
	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_ELEMTYPE(array) != REGCLASSOID ||
	    ARR_DIMS(array)[0] > MAX_PARTITIONS)
		return NULL;
	*count = ARR_DIMS(array)[0];
	return (Oid *) ARR_DATA_PTR(array);
}

static Jsonb *
OptionalJsonb(const Datum *values, const bool *nulls, int column)
{
	return nulls[column - 1] ? NULL : DatumGetJsonbPCopy(values[column - 1]);
}

void
CatalogRowOfTuple(TupleDesc descriptor, HeapTuple tuple, CatalogRow *row)
{
	Datum values[CATALOG_COLUMNS];
	bool nulls[CATALOG_COLUMNS];

	nulls[CATALOG_COLUMN_STREAM - 1] = true;
	heap_deform_tuple(tuple, descriptor, values, nulls);
	row->name = CopyText(values[CATALOG_COLUMN_NAME - 1]);
	row->id = *DatumGetUUIDP(values[CATALOG_COLUMN_ID - 1]);
	row->relation = DatumGetObjectId(values[CATALOG_COLUMN_RELATION - 1]);
	row->leaves = OidsFromArray(values[CATALOG_COLUMN_LEAVES - 1], &row->leaf_count);
	if (row->leaves == NULL)
		KeptFault("leaves", "is no array of partitions");
	row->created = DatumGetTimestampTz(values[CATALOG_COLUMN_CREATED - 1]);
	row->status = ResourceStatusFromName(CopyText(values[CATALOG_COLUMN_STATUS - 1]));
	row->definition = DatumGetJsonbPCopy(values[CATALOG_COLUMN_DEFINITION - 1]);
	row->settings = OptionalJsonb(values, nulls, CATALOG_COLUMN_SETTINGS);
	row->stream = OptionalJsonb(values, nulls, CATALOG_COLUMN_STREAM);
}

Datum
OidsToArray(const Oid *oids, int count)
{
	Datum *elements = palloc_array(Datum, count);

	for (int i = 0; i < count; i++)
		elements[i] = ObjectIdGetDatum(oids[i]);
	return PointerGetDatum(
	    construct_array(elements, count, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}

HeapTuple
CatalogRowToTuple(TupleDesc descriptor, const CatalogRow *row)
{
	Datum values[CATALOG_COLUMNS];
	bool nulls[CATALOG_COLUMNS] = { false };

	values[CATALOG_COLUMN_NAME - 1] =
	    PointerGetDatum(cstring_to_text_with_len(row->name.data, row->name.length));
	values[CATALOG_COLUMN_ID - 1] = UUIDPGetDatum(&row->id);
	values[CATALOG_COLUMN_RELATION - 1] = ObjectIdGetDatum(row->relation);
	values[CATALOG_COLUMN_LEAVES - 1] = OidsToArray(row->leaves, row->leaf_count);
	values[CATALOG_COLUMN_CREATED - 1] = TimestampTzGetDatum(row->created);
	values[CATALOG_COLUMN_STATUS - 1] = CStringGetTextDatum(ResourceStatusName(row->status));
	values[CATALOG_COLUMN_DEFINITION - 1] = JsonbPGetDatum(row->definition);
	nulls[CATALOG_COLUMN_SETTINGS - 1] = row->settings == NULL;
	values[CATALOG_COLUMN_SETTINGS - 1] = JsonbPGetDatum(row->settings);
	nulls[CATALOG_COLUMN_STREAM - 1] = row->stream == NULL;
	values[CATALOG_COLUMN_STREAM - 1] = JsonbPGetDatum(row->stream);
	if (row->stream != NULL && descriptor->natts < CATALOG_COLUMN_STREAM)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("version 1.0 of extension dynamo has no streams"),
		                errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	return heap_form_tuple(descriptor, values, nulls);
}

bool
CatalogRead(Bytes name, CatalogRow *row)
{
	CatalogScan scan;
	HeapTuple tuple;

	BeginLookup(&scan, AccessShareLock, name);
	tuple = NextRow(&scan);
	if (HeapTupleIsValid(tuple))
		CatalogRowOfTuple(RelationGetDescr(scan.catalog), tuple, row);
	EndScan(&scan, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

/* The row's relation or, where it was dropped, InvalidOid. */
static Oid
LivingRelation(TupleDesc descriptor, HeapTuple tuple)
{
	bool null;
	Oid relation =
	    DatumGetObjectId(heap_getattr(tuple, CATALOG_COLUMN_RELATION, descriptor, &null));

	return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)) ? relation : InvalidOid;
}

static Bytes
RowName(TupleDesc descriptor, HeapTuple tuple)
{
	bool null;

	return CopyText(heap_getattr(tuple, CATALOG_COLUMN_NAME, descriptor, &null));
}

Bytes *
CatalogNames(Bytes after, int limit, int *count)
{
	Bytes *names = palloc_array(Bytes, limit);
	CatalogScan scan;
	HeapTuple tuple;

	*count = 0;
	BeginScan(&scan, AccessShareLock, after, BTGreaterStrategyNumber, F_TEXT_GT);
	while (*count < limit && HeapTupleIsValid(tuple = NextRow(&scan)))
		if (OidIsValid(LivingRelation(RelationGetDescr(scan.catalog), tuple)))
			names[(*count)++] = RowName(RelationGetDescr(scan.catalog), tuple);
	EndScan(&scan, AccessShareLock);
	return names;
}

typedef struct RowVisit
{
	TupleDesc descriptor;
	HeapTuple tuple;
	CatalogVisitor visit;
	void *argument;
} RowVisit;

static void
VisitRow(void *state)
{
	const RowVisit *visit = state;
	CatalogRow row;

	CatalogRowOfTuple(visit->descriptor, visit->tuple, &row);
	visit->visit(&row, visit->argument);
}

static bool
IsCorruption(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_DATA_CORRUPTED;
}

/* What one table's row has lost must not keep others from being created or built. */
static void
TryVisit(RowVisit *visit)
{
	ErrorData *error = Guard(VisitRow, visit, IsCorruption);

	if (error == NULL)
		return;
	ereport(WARNING, (errcode(ERRCODE_DATA_CORRUPTED),
	                  errmsg("the catalog row of table \"%s\" is skipped",
	                         BytesToCString(RowName(visit->descriptor, visit->tuple))),
	                  errdetail_internal("%s", error->message)));
	FreeErrorData(error);
}

void
CatalogVisit(CatalogVisitor visit, void *argument)
{
	CatalogScan scan;
	HeapTuple tuple;

	BeginScan(&scan, AccessShareLock, (Bytes){ NULL, 0 }, InvalidStrategy, InvalidOid);
	while (HeapTupleIsValid(tuple = NextRow(&scan)))
	{
		RowVisit row = { RelationGetDescr(scan.catalog), tuple, visit, argument };

		CHECK_FOR_INTERRUPTS();
		if (OidIsValid(LivingRelation(row.descriptor, tuple)))
			TryVisit(&row);
	}
	EndScan(&scan, AccessShareLock);
}

typedef struct SettingsVisit
{
	SettingsVisitor visit;
	void *argument;
} SettingsVisit;

static void
VisitSettings(const CatalogRow *row, void *argument)
{
	const SettingsVisit *settings = argument;

	settings->visit(row->name, row->settings, settings->argument);
}

void
TablesVisitSettings(SettingsVisitor visit, void *argument)
{
	CatalogVisit(VisitSettings, &(SettingsVisit){ visit, argument });
}

/* Calls `take` for the rows of the relation, under the lock of the catalog. */
static void
VisitRowsOf(Oid relation, LOCKMODE lock, void (*take)(Relation catalog, HeapTuple row, void *state),
            void *state)
{
	Relation catalog = OpenCatalog(lock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan;
	HeapTuple row;
	ScanKeyData key;

	/* What this command has inserted counts: a restore inserts many rows by one. */
	snapshot->curcid = GetCurrentCommandId(false) + 1;
	ScanKeyInit(&key, CATALOG_COLUMN_RELATION, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(relation));
	scan = systable_beginscan(catalog, DynamoRelation(FUNCTION_SCHEMA, CATALOG_RELATION_NAME), true,
	                          snapshot, 1, &key);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
		take(catalog, row, state);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(catalog, lock == AccessShareLock ? lock : NoLock);
}

static void
TakeName(Relation catalog, HeapTuple row, void *state)
{
	*(Bytes *) state = RowName(RelationGetDescr(catalog), row);
}

bool
CatalogFindRelation(Oid relation, Bytes *name)
{
	*name = (Bytes){ NULL, 0 };
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)))
		VisitRowsOf(relation, AccessShareLock, TakeName, name);
	return name->data != NULL;
}

static void
CountRow(Relation catalog, HeapTuple row, void *count)
{
	(*(int *) count)++;
}

int
CatalogCountRows(Oid relation)
{
	int count = 0;

	VisitRowsOf(relation, AccessShareLock, CountRow, &count);
	return count;
}

List *
CatalogAllNames(void)
{
	List *names = NIL;
	CatalogScan scan;
	HeapTuple tuple;

	BeginScan(&scan, AccessShareLock, (Bytes){ NULL, 0 }, InvalidStrategy, InvalidOid);
	while (HeapTupleIsValid(tuple = NextRow(&scan)))
	{
		Bytes *name = palloc_object(Bytes);

		CHECK_FOR_INTERRUPTS();
		*name = RowName(RelationGetDescr(scan.catalog), tuple);
		names = lappend(names, name);
	}
	EndScan(&scan, AccessShareLock);
	return names;
}

void
CatalogDeleteRow(Relation catalog, HeapTuple row)
{
	TM_FailureData failure;

	(void) heap_delete(catalog, &row->t_self, GetCurrentCommandId(true), InvalidSnapshot, true,
	                   &failure, false);
}

static bool
RelationExistsNow(Oid relation)
{
	Relation classes = table_open(RelationRelationId, AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetNonHistoricCatalogSnapshot(RelationRelationId));
	SysScanDesc scan;
	ScanKeyData key;
	bool exists;

	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(relation));
	scan = systable_beginscan(classes, ClassOidIndexId, true, snapshot, 1, &key);
	exists = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(classes, AccessShareLock);
	return exists;
}

/* A change may be decoded after the catalog of its time has gone with its file. */
static void
CheckCatalogStays(Oid catalog)
{
	if (!HistoricSnapshotActive() || RelationExistsNow(catalog))
		return;
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("changes of items cannot be read after DROP EXTENSION dynamo"),
	                errhint("Drop the slot, or call pg_replication_slot_advance() to go past"
	                        " them.")));
}

/*
 * The rows of the relation or, where that is InvalidOid, of all. NULL where none has a stream. By
 * no index: to PostgreSQL that of a user_catalog_table is none of a catalog's, so that decoding
 * would look for the file that it had before REINDEX or VACUUM FULL.
 */
static SysScanDesc
BeginStreamScan(Relation *catalog, Oid relation)
{
	Oid oid = FindCatalog();
	ScanKeyData key;

	if (!OidIsValid(oid))
		return NULL;
	CheckCatalogStays(oid);
	*catalog = table_open(oid, AccessShareLock);
	if (RelationGetDescr(*catalog)->natts < CATALOG_COLUMN_STREAM)
	{
		table_close(*catalog, AccessShareLock);
		return NULL;
	}
	CatalogCheckColumns(*catalog);
	ScanKeyInit(&key, CATALOG_COLUMN_RELATION, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(relation));
	return systable_beginscan(*catalog, InvalidOid, false, NULL, OidIsValid(relation) ? 1 : 0,
	                          &key);
}

static bool
NextStream(Relation catalog, SysScanDesc scan, Oid *relation, Bytes *name, Jsonb **stream)
{
	TupleDesc columns = RelationGetDescr(catalog);
	HeapTuple row;
	Datum kept;
	bool null;

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		kept = heap_getattr(row, CATALOG_COLUMN_STREAM, columns, &null);
		if (null)
			continue;
		*stream = DatumGetJsonbPCopy(kept);
		*name = RowName(columns, row);
		*relation = DatumGetObjectId(heap_getattr(row, CATALOG_COLUMN_RELATION, columns, &null));
		return true;
	}
	return false;
}

bool
CatalogReadStream(Oid relation, Bytes *name, Jsonb **stream)
{
	Relation catalog;
	SysScanDesc scan = BeginStreamScan(&catalog, relation);
	bool found;

	if (scan == NULL)
		return false;
	found = NextStream(catalog, scan, &relation, name, stream);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

void
CatalogVisitStreams(StreamVisitor visit, void *argument)
{
	Relation catalog;
	SysScanDesc scan = BeginStreamScan(&catalog, InvalidOid);
	Jsonb *stream;
	Oid relation;
	Bytes name;

	if (scan == NULL)
		return;
	while (NextStream(catalog, scan, &relation, &name, &stream))
		visit(relation, name, stream, argument);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

Oid
CatalogRelationOfId(const pg_uuid_t *id)
{
	Relation catalog = OpenCatalog(AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	Oid relation = InvalidOid;
	SysScanDesc scan;
	HeapTuple row;
	ScanKeyData key;

	ScanKeyInit(&key, CATALOG_COLUMN_ID, BTEqualStrategyNumber, F_UUID_EQ, UUIDPGetDatum(id));
	scan = systable_beginscan(catalog, DynamoRelation(FUNCTION_SCHEMA, CATALOG_ID_NAME), true,
	                          snapshot, 1, &key);
	if (HeapTupleIsValid(row = systable_getnext(scan)))
		relation = LivingRelation(RelationGetDescr(catalog), row);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(catalog, AccessShareLock);
	return relation;
}

static List *
AppendLeaves(List *oids, TupleDesc descriptor, HeapTuple row)
{
	bool null;
	int count;
	Oid *leaves =
	    OidsFromArray(heap_getattr(row, CATALOG_COLUMN_LEAVES, descriptor, &null), &count);

	for (int i = 0; i < count; i++)
		oids = lappend_oid(oids, leaves[i]);
	return oids;
}

static void
DeleteRow(Relation catalog, HeapTuple row, void *state)
{
	List **leaves = state;

	*leaves = AppendLeaves(*leaves, RelationGetDescr(catalog), row);
	CatalogDeleteRow(catalog, row);
}

List *
CatalogForget(Oid relation)
{
	List *leaves = NIL;

	VisitRowsOf(relation, RowExclusiveLock, DeleteRow, &leaves);
	CommandCounterIncrement();
	return leaves;
}

static bool
AnyIsIn(const List *oids, const Oid *sorted, int count)
{
	ListCell *cell;

	foreach (cell, oids)
		if (bsearch(&lfirst_oid(cell), sorted, count, sizeof(Oid), oid_cmp) != NULL)
			return true;
	return false;
}

bool
CatalogFindLeaf(const Oid *sorted, int count, Bytes *name)
{
	CatalogScan scan;
	HeapTuple tuple;
	bool found = false;

	BeginScan(&scan, AccessShareLock, (Bytes){ NULL, 0 }, InvalidStrategy, InvalidOid);
	while (!found && HeapTupleIsValid(tuple = NextRow(&scan)))
	{
		TupleDesc descriptor = RelationGetDescr(scan.catalog);

		CHECK_FOR_INTERRUPTS();
		found = OidIsValid(LivingRelation(descriptor, tuple)) &&
		        AnyIsIn(AppendLeaves(NIL, descriptor, tuple), sorted, count);
		if (found)
			*name = RowName(descriptor, tuple);
	}
	EndScan(&scan, AccessShareLock);
	return found;
}

/* A table is being created while a restore fills it, and deleted while its last backup is made. */
pg_noreturn static void
RaiseNameTaken(const CatalogRow *row)
{
	if (row->status == STATUS_CREATING)
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_BEING_CREATED, BYTES_ARGS(row->name));
	if (row->status == STATUS_DELETING)
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_BEING_DELETED, BYTES_ARGS(row->name));
	DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_TABLE_EXISTS, BYTES_ARGS(row->name));
}

void
CatalogClaimName(Bytes name)
{
	CatalogRow row;

	LockTableName(name);
	if (!CatalogRead(name, &row))
		return;
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(row.relation)))
		RaiseNameTaken(&row);
	CatalogDelete(name);
}

static void
CatalogInsert(const CatalogRow *row)
{
	Relation catalog = OpenCatalog(RowExclusiveLock);

	CatalogTupleInsert(catalog, CatalogRowToTuple(RelationGetDescr(catalog), row));
	table_close(catalog, NoLock);
	/* The relation may be that of a row which a superuser has deleted. */
	CacheInvalidateRelcacheByRelid(row->relation);
	CommandCounterIncrement();
}

void
CatalogInsertTable(const TableDefinition *definition, Oid relation, Oid *leaves,
                   ResourceStatus status, int next_index)
{
	CatalogRow row = { .name = definition->name,
		               .id = *DatumGetUUIDP(DirectFunctionCall1(gen_random_uuid, (Datum) 0)),
		               .relation = relation,
		               .leaf_count = definition->partitions,
		               .leaves = leaves,
		               .created = GetCurrentTimestamp(),
		               .status = status,
		               .definition = DefinitionToJsonb(definition, next_index),
		               .settings = definition->settings,
		               .stream = StreamToJsonb(definition->stream, &definition->key) };

	CatalogInsert(&row);
}

void
CatalogUpdate(const CatalogRow *row)
{
	CatalogScan scan;
	HeapTuple old;

	BeginLookup(&scan, RowExclusiveLock, row->name);
	old = NextRow(&scan);
	if (!HeapTupleIsValid(old))
		elog(ERROR, "table \"%.*s\" is missing in the catalog", BYTES_ARGS(row->name));
	CatalogTupleUpdate(scan.catalog, &old->t_self,
	                   CatalogRowToTuple(RelationGetDescr(scan.catalog), row));
	EndScan(&scan, NoLock);
	CacheInvalidateRelcacheByRelid(row->relation);
	CommandCounterIncrement();
}

void
CatalogDelete(Bytes name)
{
	CatalogScan scan;
	HeapTuple old;

	BeginLookup(&scan, RowExclusiveLock, name);
	old = NextRow(&scan);
	if (HeapTupleIsValid(old))
		CatalogDeleteRow(scan.catalog, old);
	EndScan(&scan, NoLock);
	CommandCounterIncrement();
}

/*
 * See backup_catalog.h.
 */
#include "backup/backup_catalog.h"

#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "backup/backup_location.h"
#include "backup/task.h"
#include "text/unix_time.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"
#include "storage/relation/table.h"

#define COLUMNS                                                                   \
	"id, identifier, table_name, table_id, relation, owner, name, type, status,"  \
	" created, expires, table_created, partitions, definition, settings, stream," \
	" items, bytes, location, file_bytes, chunks, checksum"
#define SELECT_BACKUPS "SELECT " COLUMNS " FROM dynamo.backup_catalog "

/* Of SELECT_BACKUPS. */
enum
{
	COLUMN_ID = 1,
	COLUMN_IDENTIFIER,
	COLUMN_TABLE,
	COLUMN_TABLE_ID,
	COLUMN_RELATION,
	COLUMN_OWNER,
	COLUMN_NAME,
	COLUMN_TYPE,
	COLUMN_STATUS,
	COLUMN_CREATED,
	COLUMN_EXPIRES,
	COLUMN_TABLE_CREATED,
	COLUMN_PARTITIONS,
	COLUMN_DEFINITION,
	COLUMN_SETTINGS,
	COLUMN_STREAM,
	COLUMN_ITEMS,
	COLUMN_BYTES,
	COLUMN_LOCATION,
	COLUMN_FILE_BYTES,
	COLUMN_CHUNKS,
	COLUMN_CHECKSUM,
	COLUMN_COUNT = COLUMN_CHECKSUM
};

#define NULLABLE                                                            \
	(OWN_QUERY_COLUMN(COLUMN_EXPIRES) | OWN_QUERY_COLUMN(COLUMN_SETTINGS) | \
	 OWN_QUERY_COLUMN(COLUMN_STREAM) | OWN_QUERY_COLUMN(COLUMN_LOCATION))

static const char *const status_names[] = {
	[BACKUP_CREATING] = "CREATING",
	[BACKUP_AVAILABLE] = "AVAILABLE",
	[BACKUP_DELETED] = "DELETED",
};

static const char *const type_names[] = {
	[BACKUP_USER] = "USER",
	[BACKUP_SYSTEM] = "SYSTEM",
};

const char *
BackupStatusName(BackupStatus status)
{
	return status_names[status];
}

const char *
BackupTypeName(BackupType type)
{
	return type_names[type];
}

static bool
TableExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "backup_catalog"));
}

/* --- reading --- */

static Bytes
TextOf(Datum value)
{
	return BytesFromCString(TextDatumGetCString(value));
}

static void
ReadDefinition(const Datum *values, const bool *nulls, Backup *backup)
{
	backup->partitions = DatumGetInt32(values[COLUMN_PARTITIONS - 1]);
	if (backup->partitions < 1 || backup->partitions > MAX_PARTITIONS)
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED),
		         errmsg("dynamo.backup_catalog has a row with %d partitions", backup->partitions)));
	backup->definition = DatumGetJsonbPCopy(values[COLUMN_DEFINITION - 1]);
	if (!nulls[COLUMN_SETTINGS - 1])
		backup->settings = DatumGetJsonbPCopy(values[COLUMN_SETTINGS - 1]);
	if (!nulls[COLUMN_STREAM - 1])
		backup->stream = DatumGetJsonbPCopy(values[COLUMN_STREAM - 1]);
}

static void
ReadBackup(HeapTuple row, TupleDesc descriptor, Backup *backup)
{
	Datum values[COLUMN_COUNT];
	bool nulls[COLUMN_COUNT];

	heap_deform_tuple(row, descriptor, values, nulls);
	*backup = (Backup){
		.id = DatumGetInt64(values[COLUMN_ID - 1]),
		.identifier = TextDatumGetCString(values[COLUMN_IDENTIFIER - 1]),
		.table = TextOf(values[COLUMN_TABLE - 1]),
		.table_id = *DatumGetUUIDP(values[COLUMN_TABLE_ID - 1]),
		.relation = DatumGetObjectId(values[COLUMN_RELATION - 1]),
		.owner = DatumGetObjectId(values[COLUMN_OWNER - 1]),
		.name = TextOf(values[COLUMN_NAME - 1]),
		.type =
		    OwnRowWord("backup_catalog", values[COLUMN_TYPE - 1], type_names, lengthof(type_names)),
		.status = OwnRowWord("backup_catalog", values[COLUMN_STATUS - 1], status_names,
		                     lengthof(status_names)),
		.created = DatumGetTimestampTz(values[COLUMN_CREATED - 1]),
		.expires = nulls[COLUMN_EXPIRES - 1] ? 0 : DatumGetTimestampTz(values[COLUMN_EXPIRES - 1]),
		.table_created = DatumGetTimestampTz(values[COLUMN_TABLE_CREATED - 1]),
		.items = DatumGetInt64(values[COLUMN_ITEMS - 1]),
		.bytes = DatumGetInt64(values[COLUMN_BYTES - 1]),
		.location =
		    nulls[COLUMN_LOCATION - 1] ? NULL : TextDatumGetCString(values[COLUMN_LOCATION - 1]),
		.file_bytes = DatumGetInt64(values[COLUMN_FILE_BYTES - 1]),
		.chunks = DatumGetInt64(values[COLUMN_CHUNKS - 1]),
		.checksum = DatumGetInt64(values[COLUMN_CHECKSUM - 1]),
	};
	ReadDefinition(values, nulls, backup);
}

static void
ReadOne(HeapTuple row, TupleDesc descriptor, void *backup)
{
	ReadBackup(row, descriptor, backup);
}

static void
AddBackup(HeapTuple row, TupleDesc descriptor, void *backups)
{
	Backup *backup = palloc_object(Backup);

	ReadBackup(row, descriptor, backup);
	*(List **) backups = lappend(*(List **) backups, backup);
}

bool
BackupFind(Bytes table, Bytes identifier, Backup *backup)
{
	OwnQuery query = { .nullable = NULLABLE };

	if (!TableExists())
		return false;
	OwnQueryAddText(&query, table);
	OwnQueryAddText(&query, identifier);
	return OwnQueryRun(SELECT_BACKUPS "WHERE table_name = $1 AND identifier = $2"
	                                  " AND status <> 'DELETED'",
	                   &query, ReadOne, backup) > 0;
}

static bool
ReadById(int64 id, bool deleted, Backup *backup)
{
	OwnQuery query = { .nullable = NULLABLE };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(deleted));
	return OwnQueryRun(SELECT_BACKUPS "WHERE id = $1 AND (status = 'DELETED') = $2", &query,
	                   ReadOne, backup) > 0;
}

bool
BackupRead(int64 id, Backup *backup)
{
	return ReadById(id, false, backup);
}

bool
BackupReadDeleted(int64 id, Backup *backup)
{
	return ReadById(id, true, backup);
}

List *
BackupList(const BackupFilter *filter)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *backups = NIL;

	if (!TableExists())
		return NIL;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	OwnQueryAddText(&query, filter->table);
	OwnQueryAddText(&query, filter->after_identifier);
	OwnQueryAddText(&query, filter->after_table);
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(filter->lower_bound));
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(filter->upper_bound));
	OwnQueryAddText(&query,
	                filter->type == NULL ? (Bytes){ NULL, 0 } : BytesFromCString(filter->type));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(filter->limit));
	(void) OwnQueryRun(SELECT_BACKUPS
	                   "WHERE status <> 'DELETED' AND pg_catalog.pg_has_role($1, owner, 'USAGE')"
	                   " AND (table_name = $2 OR $2 IS NULL)"
	                   " AND ($3 IS NULL OR (identifier, table_name) > ($3, $4))"
	                   " AND created >= $5 AND created < $6 AND (type = $7 OR $7 IS NULL)"
	                   " ORDER BY identifier, table_name LIMIT $8",
	                   &query, AddBackup, &backups);
	return backups;
}

bool
BackupIsOwn(const Backup *backup)
{
	return has_privs_of_role(GetUserId(), backup->owner);
}

/* --- writing --- */

static void
AddJsonb(OwnQuery *query, Jsonb *value)
{
	if (value == NULL)
		OwnQueryAddNull(query, JSONBOID);
	else
		OwnQueryAdd(query, JSONBOID, JsonbPGetDatum(value));
}

static char *
NewIdentifier(TimestampTz created)
{
	return psprintf("%014lld-%08x", (long long) UnixMilliseconds(created),
	                pg_prng_uint32(&pg_global_prng_state));
}

static void
ReadId(HeapTuple row, TupleDesc descriptor, void *id)
{
	bool null;

	*(int64 *) id = DatumGetInt64(heap_getattr(row, 1, descriptor, &null));
}

void
BackupInsert(Backup *backup)
{
	OwnQuery query = { 0 };

	backup->created = GetCurrentTimestamp();
	backup->identifier = NewIdentifier(backup->created);
	backup->owner = GetUserId();
	backup->status = BACKUP_CREATING;
	backup->location = BackupLocationNow();
	OwnQueryAddText(&query, BytesFromCString(backup->identifier));
	OwnQueryAddText(&query, backup->table);
	OwnQueryAdd(&query, UUIDOID, UUIDPGetDatum(&backup->table_id));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(backup->relation));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(backup->owner));
	OwnQueryAddText(&query, backup->name);
	OwnQueryAddText(&query, BytesFromCString(type_names[backup->type]));
	OwnQueryAddText(&query, BytesFromCString(status_names[backup->status]));
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(backup->created));
	if (backup->expires == 0)
		OwnQueryAddNull(&query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(backup->expires));
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(backup->table_created));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(backup->partitions));
	AddJsonb(&query, backup->definition);
	AddJsonb(&query, backup->settings);
	AddJsonb(&query, backup->stream);
	OwnQueryAddCString(&query, backup->location);
	(void) OwnQueryRun("INSERT INTO dynamo.backup_catalog (identifier, table_name, table_id,"
	                   " relation, owner, name, type, status, created, expires, table_created,"
	                   " partitions, definition, settings, stream, location)"
	                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
	                   " $16) RETURNING id",
	                   &query, ReadId, &backup->id);
}

void
BackupUpdate(const Backup *backup)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup->id));
	OwnQueryAddText(&query, BytesFromCString(status_names[backup->status]));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(backup->partitions));
	AddJsonb(&query, backup->definition);
	AddJsonb(&query, backup->settings);
	AddJsonb(&query, backup->stream);
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup->items));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup->bytes));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup->chunks));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup->checksum));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup->file_bytes));
	(void) OwnQueryRun("UPDATE dynamo.backup_catalog SET status = $2, partitions = $3,"
	                   " definition = $4, settings = $5, stream = $6, items = $7, bytes = $8,"
	                   " chunks = $9, checksum = $10, file_bytes = $11 WHERE id = $1",
	                   &query, NULL, NULL);
}

void
BackupSetDeleted(int64 id)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	(void) OwnQueryRun("UPDATE dynamo.backup_catalog SET status = 'DELETED' WHERE id = $1", &query,
	                   NULL, NULL);
	BackupTaskAdd(&(BackupTask){ .kind = TASK_DELETION, .backup = id });
}

void
BackupForget(int64 id)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	(void) OwnQueryRun("WITH gone AS (DELETE FROM dynamo.backup_chunk WHERE backup = $1)"
	                   " DELETE FROM dynamo.backup_catalog WHERE id = $1",
	                   &query, NULL, NULL);
}

static void
AddId(HeapTuple row, TupleDesc descriptor, void *ids)
{
	int64 *id = palloc_object(int64);

	ReadId(row, descriptor, id);
	*(List **) ids = lappend(*(List **) ids, id);
}

/* One that is being restored waits. */
void
BackupsExpire(void)
{
	OwnQuery query = { 0 };
	List *ids = NIL;
	ListCell *cell;

	if (!TableExists())
		return;
	(void) OwnQueryRun("SELECT id FROM dynamo.backup_catalog b"
	                   " WHERE status = 'AVAILABLE' AND expires <= pg_catalog.clock_timestamp()"
	                   " AND NOT EXISTS (SELECT FROM dynamo.backup_task WHERE backup = b.id"
	                   " AND kind <> 'export')",
	                   &query, AddId, &ids);
	foreach (cell, ids)
		BackupSetDeleted(*(const int64 *) lfirst(cell));
}

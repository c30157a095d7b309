/*
 * See export_catalog.h.
 */
#include "transfer/export/export_catalog.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "json/json.h"
#include "json/json_member.h"
#include "text/unix_time.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define SELECT_EXPORTS                                                         \
	"SELECT id, identifier, table_name, table_id, relation, owner, status,"    \
	" started, ended, from_time, to_time, specification, token, request_hash," \
	" items, bytes, manifest, failure_code, failure_message FROM dynamo.export_catalog "

/* Of SELECT_EXPORTS. */
enum
{
	COLUMN_ID = 1,
	COLUMN_IDENTIFIER,
	COLUMN_TABLE,
	COLUMN_TABLE_ID,
	COLUMN_RELATION,
	COLUMN_OWNER,
	COLUMN_STATUS,
	COLUMN_STARTED,
	COLUMN_ENDED,
	COLUMN_FROM,
	COLUMN_TO,
	COLUMN_SPECIFICATION,
	COLUMN_TOKEN,
	COLUMN_HASH,
	COLUMN_ITEMS,
	COLUMN_BYTES,
	COLUMN_MANIFEST,
	COLUMN_FAILURE_CODE,
	COLUMN_FAILURE_MESSAGE,
	COLUMN_COUNT = COLUMN_FAILURE_MESSAGE
};

#define NULLABLE                                                                 \
	(OWN_QUERY_COLUMN(COLUMN_ENDED) | OWN_QUERY_COLUMN(COLUMN_FROM) |            \
	 OWN_QUERY_COLUMN(COLUMN_MANIFEST) | OWN_QUERY_COLUMN(COLUMN_FAILURE_CODE) | \
	 OWN_QUERY_COLUMN(COLUMN_FAILURE_MESSAGE))

static const char *const status_names[] = {
	[EXPORT_IN_PROGRESS] = "IN_PROGRESS",
	[EXPORT_COMPLETED] = "COMPLETED",
	[EXPORT_FAILED] = "FAILED",
};

const char *
ExportStatusName(ExportStatus status)
{
	return status_names[status];
}

const char *
ExportFormatName(const ExportSpecification *specification)
{
	return specification->is_ion ? "ION" : "DYNAMODB_JSON";
}

const char *
ExportTypeName(const ExportSpecification *specification)
{
	return specification->is_incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT";
}

const char *
ExportViewName(const ExportSpecification *specification)
{
	return specification->has_old_images ? "NEW_AND_OLD_IMAGES" : "NEW_IMAGE";
}

static bool
TableExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "export_catalog"));
}

/* --- the specification --- */

static void
WriteText(JsonWriter *writer, const char *name, Bytes text)
{
	if (text.data != NULL)
		JsonStringMember(writer, name, text);
}

static Jsonb *
SpecificationWrite(const ExportSpecification *specification)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	JsonBeginObject(&writer);
	WriteText(&writer, "S3Bucket", specification->bucket);
	WriteText(&writer, "S3BucketOwner", specification->bucket_owner);
	WriteText(&writer, "S3Prefix", specification->prefix);
	WriteText(&writer, "S3SseAlgorithm", specification->sse_algorithm);
	WriteText(&writer, "S3SseKmsKeyId", specification->sse_kms_key);
	WriteText(&writer, "FilterSpecification", specification->filter);
	JsonCStringMember(&writer, "ExportFormat", ExportFormatName(specification));
	JsonCStringMember(&writer, "ExportType", ExportTypeName(specification));
	JsonCStringMember(&writer, "ExportViewType", ExportViewName(specification));
	JsonEndObject(&writer);
	return JsonToJsonb(&text);
}

static Bytes
TextMember(const JsonNode *object, const char *name)
{
	const JsonNode *member = JsonGet(object, name);

	return member != NULL ? JsonNodeString(member) : (Bytes){ NULL, 0 };
}

static bool
HasWord(const JsonNode *object, const char *name, const char *word)
{
	return BytesEqual(TextMember(object, name), BytesFromCString(word));
}

static ExportSpecification
SpecificationRead(Jsonb *row)
{
	const JsonNode *object = JsonFromJsonb(row);

	if (object->type != JSON_NODE_OBJECT)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("dynamo.export_catalog has a row without a specification")));
	return (ExportSpecification){
		.bucket = TextMember(object, "S3Bucket"),
		.bucket_owner = TextMember(object, "S3BucketOwner"),
		.prefix = TextMember(object, "S3Prefix"),
		.sse_algorithm = TextMember(object, "S3SseAlgorithm"),
		.sse_kms_key = TextMember(object, "S3SseKmsKeyId"),
		.filter = TextMember(object, "FilterSpecification"),
		.is_ion = HasWord(object, "ExportFormat", "ION"),
		.is_incremental = HasWord(object, "ExportType", "INCREMENTAL_EXPORT"),
		.has_old_images = HasWord(object, "ExportViewType", "NEW_AND_OLD_IMAGES"),
	};
}

/* --- reading --- */

static TimestampTz
TimeOf(const Datum *values, const bool *nulls, int column)
{
	return nulls[column - 1] ? 0 : DatumGetTimestampTz(values[column - 1]);
}

static char *
TextOf(const Datum *values, const bool *nulls, int column)
{
	return nulls[column - 1] ? NULL : TextDatumGetCString(values[column - 1]);
}

static void
ReadHash(Datum value, uint8 hash[EXPORT_HASH_LENGTH])
{
	bytea *stored = DatumGetByteaPP(value);

	if (VARSIZE_ANY_EXHDR(stored) == EXPORT_HASH_LENGTH)
		memcpy(hash, VARDATA_ANY(stored), EXPORT_HASH_LENGTH);
}

static void
ReadExport(HeapTuple row, TupleDesc descriptor, Export *export)
{
	Datum values[COLUMN_COUNT];
	bool nulls[COLUMN_COUNT];

	heap_deform_tuple(row, descriptor, values, nulls);
	*export = (Export){
		.id = DatumGetInt64(values[COLUMN_ID - 1]),
		.identifier = TextDatumGetCString(values[COLUMN_IDENTIFIER - 1]),
		.table = BytesFromCString(TextDatumGetCString(values[COLUMN_TABLE - 1])),
		.table_id = *DatumGetUUIDP(values[COLUMN_TABLE_ID - 1]),
		.relation = DatumGetObjectId(values[COLUMN_RELATION - 1]),
		.owner = DatumGetObjectId(values[COLUMN_OWNER - 1]),
		.status = OwnRowWord("export_catalog", values[COLUMN_STATUS - 1], status_names,
		                     lengthof(status_names)),
		.started = TimeOf(values, nulls, COLUMN_STARTED),
		.ended = TimeOf(values, nulls, COLUMN_ENDED),
		.from_time = TimeOf(values, nulls, COLUMN_FROM),
		.to_time = TimeOf(values, nulls, COLUMN_TO),
		.specification = SpecificationRead(DatumGetJsonbPCopy(values[COLUMN_SPECIFICATION - 1])),
		.token = BytesFromCString(TextDatumGetCString(values[COLUMN_TOKEN - 1])),
		.items = DatumGetInt64(values[COLUMN_ITEMS - 1]),
		.bytes = DatumGetInt64(values[COLUMN_BYTES - 1]),
		.manifest = TextOf(values, nulls, COLUMN_MANIFEST),
		.failure_code = TextOf(values, nulls, COLUMN_FAILURE_CODE),
		.failure_message = TextOf(values, nulls, COLUMN_FAILURE_MESSAGE),
	};
	ReadHash(values[COLUMN_HASH - 1], export->request_hash);
}

static void
ReadOne(HeapTuple row, TupleDesc descriptor, void *export)
{
	ReadExport(row, descriptor, export);
}

static void
AddExport(HeapTuple row, TupleDesc descriptor, void *exports)
{
	Export *export = palloc_object(Export);

	ReadExport(row, descriptor, export);
	*(List **) exports = lappend(*(List **) exports, export);
}

bool
ExportFind(Bytes table, Bytes identifier, Export *export)
{
	OwnQuery query = { .nullable = NULLABLE };

	if (!TableExists())
		return false;
	OwnQueryAddText(&query, table);
	OwnQueryAddText(&query, identifier);
	return OwnQueryRun(SELECT_EXPORTS "WHERE table_name = $1 AND identifier = $2", &query, ReadOne,
	                   export) > 0;
}

bool
ExportRead(int64 id, Export *export)
{
	OwnQuery query = { .nullable = NULLABLE };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	return OwnQueryRun(SELECT_EXPORTS "WHERE id = $1", &query, ReadOne, export) > 0;
}

bool
ExportFindToken(Bytes token, Export *export)
{
	OwnQuery query = { .nullable = NULLABLE };

	OwnQueryAddText(&query, token);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	return OwnQueryRun(SELECT_EXPORTS
	                   "WHERE token = $1 AND owner = $2"
	                   " AND started > pg_catalog.clock_timestamp() - interval '8 hours'"
	                   " ORDER BY started DESC LIMIT 1",
	                   &query, ReadOne, export) > 0;
}

List *
ExportList(Bytes table, Bytes before, int limit)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *exports = NIL;

	if (!TableExists())
		return NIL;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	OwnQueryAddText(&query, table);
	OwnQueryAddText(&query, before);
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(limit));
	(void) OwnQueryRun(SELECT_EXPORTS
	                   "WHERE pg_catalog.pg_has_role($1, owner, 'USAGE')"
	                   " AND (table_name = $2 OR $2 IS NULL) AND (identifier < $3 OR $3 IS NULL)"
	                   " ORDER BY identifier DESC LIMIT $4",
	                   &query, AddExport, &exports);
	return exports;
}

bool
ExportIsOwn(const Export *export)
{
	return has_privs_of_role(GetUserId(), export->owner);
}

static void
ReadCount(HeapTuple row, TupleDesc descriptor, void *count)
{
	bool null;

	*(int64 *) count = DatumGetInt64(heap_getattr(row, 1, descriptor, &null));
}

int64
ExportsInProgress(void)
{
	OwnQuery query = { 0 };
	int64 count = 0;

	OwnRowsLock("export_catalog", GetUserId());
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	(void) OwnQueryRunNow("SELECT pg_catalog.count(*) FROM dynamo.export_catalog"
	                      " WHERE status = 'IN_PROGRESS' AND owner = $1",
	                      &query, ReadCount, &count);
	return count;
}

/* --- writing --- */

void
ExportPrepare(Export *export)
{
	export->owner = GetUserId();
	export->started = GetCurrentTimestamp();
	export->status = EXPORT_IN_PROGRESS;
	export->identifier = psprintf("%014lld-%08x", (long long) UnixMilliseconds(export->started),
	                              pg_prng_uint32(&pg_global_prng_state));
}

static void
AddTime(OwnQuery *query, TimestampTz time)
{
	if (time == 0)
		OwnQueryAddNull(query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(query, TIMESTAMPTZOID, TimestampTzGetDatum(time));
}

static Datum
HashDatum(const Export *export)
{
	bytea *hash = palloc(VARHDRSZ + EXPORT_HASH_LENGTH);

	SET_VARSIZE(hash, VARHDRSZ + EXPORT_HASH_LENGTH);
	memcpy(VARDATA(hash), export->request_hash, EXPORT_HASH_LENGTH);
	return PointerGetDatum(hash);
}

void
ExportInsert(Export *export)
{
	OwnQuery query = { 0 };

	OwnQueryAddText(&query, BytesFromCString(export->identifier));
	OwnQueryAddText(&query, export->table);
	OwnQueryAdd(&query, UUIDOID, UUIDPGetDatum(&export->table_id));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(export->relation));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(export->owner));
	OwnQueryAddText(&query, BytesFromCString(status_names[export->status]));
	AddTime(&query, export->started);
	AddTime(&query, export->from_time);
	AddTime(&query, export->to_time);
	OwnQueryAdd(&query, JSONBOID, JsonbPGetDatum(SpecificationWrite(&export->specification)));
	OwnQueryAddText(&query, export->token);
	OwnQueryAdd(&query, BYTEAOID, HashDatum(export));
	(void) OwnQueryRun("INSERT INTO dynamo.export_catalog (identifier, table_name, table_id,"
	                   " relation, owner, status, started, from_time, to_time, specification,"
	                   " token, request_hash)"
	                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
	                   &query, ReadCount, &export->id);
}

static void
AddCString(OwnQuery *query, const char *text)
{
	OwnQueryAddText(query, text != NULL ? BytesFromCString(text) : (Bytes){ NULL, 0 });
}

void
ExportUpdate(const Export *export)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(export->id));
	OwnQueryAddText(&query, BytesFromCString(status_names[export->status]));
	AddTime(&query, export->ended);
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(export->items));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(export->bytes));
	AddCString(&query, export->manifest);
	AddCString(&query, export->failure_code);
	AddCString(&query, export->failure_message);
	(void) OwnQueryRun("UPDATE dynamo.export_catalog SET status = $2, ended = $3, items = $4,"
	                   " bytes = $5, manifest = $6, failure_code = $7, failure_message = $8"
	                   " WHERE id = $1",
	                   &query, NULL, NULL);
}

void
ExportsExpire(void)
{
	OwnQuery query = { 0 };

	if (TableExists())
		(void) OwnQueryRun("DELETE FROM dynamo.export_catalog WHERE status <> 'IN_PROGRESS'"
		                   " AND ended < pg_catalog.clock_timestamp() - interval '90 days'",
		                   &query, NULL, NULL);
}

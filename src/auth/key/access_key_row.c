/*
 * Rows are read without SQL and without privileges, and written as the extension's owner.
 *
 * What a secret is bound to is the additional data of its encryption, and all that a request gets
 * by its row: a secret that is moved to another row, or whose row is given to another role, or has
 * another session or more time, does not open. Whether the key is active can be changed.
 */
#include "auth/key/access_key_row.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "auth/secret/master_key_source.h"
#include "compat.h"
#include "session/preload.h"
#include "session/wait_event.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define KEYS_NAME "access_keys"
#define KEYS_INDEX_NAME "access_keys_pkey"

/* Columns in the order of the install script. */
enum
{
	KEY_COLUMN_ID = 1,
	KEY_COLUMN_ROLE,
	KEY_COLUMN_ACTIVE,
	KEY_COLUMN_CREATED,
	KEY_COLUMN_MASTER_KEY,
	KEY_COLUMN_SEALED,
	KEY_COLUMN_EXPIRES,
	KEY_COLUMN_TOKEN_HASH,
	KEY_COLUMN_ASSUMED_BY,
	KEY_COLUMN_SESSION_NAME,
	KEY_COLUMN_SESSION_POLICY,
	KEY_COLUMN_SESSION_TAGS
};

static const Oid column_types[] = { TEXTOID, OIDOID,   BOOLOID,        TIMESTAMPTZOID,
	                                TEXTOID, BYTEAOID, TIMESTAMPTZOID, BYTEAOID,
	                                OIDOID,  TEXTOID,  TEXTOID,        JSONBOID };

typedef struct RowReader
{
	HeapTuple tuple;
	TupleDesc columns;
} RowReader;

Oid
AccessKeyTable(void)
{
	return DynamoRelation(FUNCTION_SCHEMA, KEYS_NAME);
}

static Datum
ColumnOf(const RowReader *reader, int column, bool *null)
{
	return heap_getattr(reader->tuple, column, reader->columns, null);
}

static char *
TextOf(const RowReader *reader, int column)
{
	bool null;
	Datum value = ColumnOf(reader, column, &null);

	return null ? NULL : TextDatumGetCString(value);
}

static Bytes
BytesOf(const RowReader *reader, int column)
{
	bool null;
	Datum value = ColumnOf(reader, column, &null);
	bytea *copy;

	if (null)
		return (Bytes){ NULL, 0 };
	copy = DatumGetByteaPCopy(value);
	return (Bytes){ VARDATA(copy), VARSIZE(copy) - VARHDRSZ };
}

static TemporaryPart
ReadTemporaryPart(const RowReader *reader)
{
	TemporaryPart part = { .token_hash = BytesOf(reader, KEY_COLUMN_TOKEN_HASH) };
	bool null;
	Datum value = ColumnOf(reader, KEY_COLUMN_ASSUMED_BY, &null);

	part.assumed_by = null ? InvalidOid : DatumGetObjectId(value);
	part.session_name = TextOf(reader, KEY_COLUMN_SESSION_NAME);
	part.session_policy = TextOf(reader, KEY_COLUMN_SESSION_POLICY);
	value = ColumnOf(reader, KEY_COLUMN_SESSION_TAGS, &null);
	part.session_tags = null ? NULL : DatumGetJsonbPCopy(value);
	return part;
}

static void
ReadRow(const RowReader *reader, AccessKeyRow *row)
{
	bool null;
	Datum expires = ColumnOf(reader, KEY_COLUMN_EXPIRES, &null);

	row->expires = null ? DT_NOEND : DatumGetTimestampTz(expires);
	row->access_key_id = TextOf(reader, KEY_COLUMN_ID);
	row->role = DatumGetObjectId(ColumnOf(reader, KEY_COLUMN_ROLE, &null));
	row->active = DatumGetBool(ColumnOf(reader, KEY_COLUMN_ACTIVE, &null));
	row->master_key = TextOf(reader, KEY_COLUMN_MASTER_KEY);
	row->sealed = BytesOf(reader, KEY_COLUMN_SEALED);
	row->temporary = ReadTemporaryPart(reader);
}

static bool
FindRow(Relation keys, Bytes access_key_id, AccessKeyRow *row)
{
	Oid index = DynamoRelation(FUNCTION_SCHEMA, KEYS_INDEX_NAME);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	RowReader reader = { .columns = RelationGetDescr(keys) };
	ScanKeyData key;
	SysScanDesc scan;

	ScanKeyInit(
	    &key, KEY_COLUMN_ID, BTEqualStrategyNumber, F_TEXTEQ,
	    PointerGetDatum(cstring_to_text_with_len(access_key_id.data, access_key_id.length)));
	scan = systable_beginscan(keys, index, OidIsValid(index), snapshot, 1, &key);
	reader.tuple = systable_getnext(scan);
	if (HeapTupleIsValid(reader.tuple))
		ReadRow(&reader, row);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	return HeapTupleIsValid(reader.tuple);
}

bool
AccessKeyRowRead(Bytes access_key_id, AccessKeyRow *row)
{
	Oid oid = AccessKeyTable();
	Relation keys;
	bool found;

	if (!OidIsValid(oid))
		return false;
	keys = table_open(oid, AccessShareLock);
	CheckOwnColumns(keys, column_types, lengthof(column_types), KEY_COLUMN_SEALED);
	found = FindRow(keys, access_key_id, row);
	table_close(keys, AccessShareLock);
	return found;
}

/* A part that is null is not one that is empty. */
static void
AppendPart(StringInfo binding, Bytes part)
{
	uint32 length = pg_hton32(part.data == NULL ? PG_UINT32_MAX : (uint32) part.length);

	appendBinaryStringInfo(binding, (const char *) &length, sizeof(length));
	if (part.length > 0)
		appendBinaryStringInfo(binding, part.data, part.length);
}

static Bytes
TextBytes(const char *text)
{
	return (Bytes){ text, text == NULL ? 0 : strlen(text) };
}

static void
AppendRole(StringInfo binding, Oid role)
{
	uint32 number = pg_hton32(role);

	AppendPart(binding, (Bytes){ (const char *) &number, sizeof(number) });
}

static void
AppendTemporaryPart(StringInfo binding, const TemporaryPart *part)
{
	Jsonb *tags = part->session_tags;

	AppendPart(binding, part->token_hash);
	AppendRole(binding, part->assumed_by);
	AppendPart(binding, TextBytes(part->session_name));
	AppendPart(binding, TextBytes(part->session_policy));
	AppendPart(binding,
	           TextBytes(tags == NULL ? NULL : JsonbToCString(NULL, &tags->root, VARSIZE(tags))));
}

static Bytes
BindingOf(const AccessKeyRow *row)
{
	uint64 expires = pg_hton64((uint64) row->expires);
	StringInfoData binding;

	initStringInfo(&binding);
	AppendPart(&binding, BYTES_LITERAL("dynamo access key 2"));
	AppendPart(&binding, TextBytes(row->access_key_id));
	AppendRole(&binding, row->role);
	AppendPart(&binding, (Bytes){ (const char *) &expires, sizeof(expires) });
	AppendTemporaryPart(&binding, &row->temporary);
	return (Bytes){ binding.data, binding.len };
}

/* The server has just started, and its supervisor is about to read the keys. */
static void
WaitForMasterKeys(void)
{
	for (int i = 0; i < 100 && IsPreloaded() && MasterKeyGeneration() == 0; i++)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 50,
		                 WaitEventFor(WAIT_FOR_CHANGES));
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

MasterKey
RequireMasterKey(void)
{
	MasterKey key;

	PreventCommandIfReadOnly("a change of access keys");
	PreventCommandDuringRecovery("a change of access keys");
	WaitForMasterKeys();
	if (!MasterKeyNewest(&key))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("there is no master key that secrets of access keys could be sealed "
		                       "under"),
		                errhint("%s", MasterKeyAdvice())));
	return key;
}

static Datum
ByteaOf(Bytes bytes)
{
	bytea *value = palloc(VARHDRSZ + bytes.length);

	SET_VARSIZE(value, VARHDRSZ + bytes.length);
	memcpy(VARDATA(value), bytes.data, bytes.length);
	return PointerGetDatum(value);
}

static void
AddTemporaryPart(OwnQuery *query, const TemporaryPart *part)
{
	if (part->token_hash.data == NULL)
	{
		OwnQueryAddNull(query, BYTEAOID);
		OwnQueryAddNull(query, OIDOID);
	}
	else
	{
		OwnQueryAdd(query, BYTEAOID, ByteaOf(part->token_hash));
		OwnQueryAdd(query, OIDOID, ObjectIdGetDatum(part->assumed_by));
	}
	OwnQueryAddCString(query, part->session_name);
	OwnQueryAddCString(query, part->session_policy);
	if (part->session_tags == NULL)
		OwnQueryAddNull(query, JSONBOID);
	else
		OwnQueryAdd(query, JSONBOID, JsonbPGetDatum(part->session_tags));
}

bool
AccessKeyRowInsert(AccessKeyRow *row, const Secret *secret)
{
	MasterKey newest = RequireMasterKey();
	OwnQuery query = { 0 };

	row->master_key = pstrdup(newest.id);
	row->sealed = SecretSeal(&newest, secret, BindingOf(row));
	MasterKeyForget(&newest);
	OwnQueryAddCString(&query, row->access_key_id);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(row->role));
	OwnQueryAddCString(&query, row->master_key);
	OwnQueryAdd(&query, BYTEAOID, ByteaOf(row->sealed));
	if (row->expires == DT_NOEND)
		OwnQueryAddNull(&query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(row->expires));
	AddTemporaryPart(&query, &row->temporary);
	return OwnQueryRun("INSERT INTO dynamo.access_keys (access_key_id, role, active, created,"
	                   " master_key, sealed, expires, token_hash, assumed_by, session_name,"
	                   " session_policy, session_tags)"
	                   " VALUES ($1, $2, true, pg_catalog.clock_timestamp(), $3, $4, $5, $6, $7,"
	                   " $8, $9, $10) ON CONFLICT DO NOTHING",
	                   &query, NULL, NULL) == 1;
}

bool
AccessKeyRowOpen(const AccessKeyRow *row, Secret *secret, bool *master_key_known)
{
	MasterKey key;
	bool opened;

	*master_key_known = MasterKeyGet(row->master_key, &key);
	if (!*master_key_known)
		return false;
	opened = SecretOpen(&key, row->sealed, BindingOf(row), secret);
	MasterKeyForget(&key);
	return opened;
}

bool
AccessKeyRowReseal(const AccessKeyRow *row, const MasterKey *newest)
{
	OwnQuery query = { 0 };
	Secret secret;
	bool known;
	Bytes sealed;

	if (!AccessKeyRowOpen(row, &secret, &known))
		return false;
	sealed = SecretSeal(newest, &secret, BindingOf(row));
	SecretForget(&secret);
	OwnQueryAddCString(&query, row->access_key_id);
	OwnQueryAddCString(&query, newest->id);
	OwnQueryAdd(&query, BYTEAOID, ByteaOf(sealed));
	return OwnQueryRun("UPDATE dynamo.access_keys SET master_key = $2, sealed = $3"
	                   " WHERE access_key_id = $1",
	                   &query, NULL, NULL) == 1;
}

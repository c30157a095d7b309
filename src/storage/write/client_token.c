/*
 * The table of client tokens. A token is a row, written by the transaction that
 * the request is, so that it is known exactly when the request has taken effect,
 * over crashes too. Two requests under one token meet in the primary key by
 * speculative insertion, as creators of one item do.
 *
 * Expired rows are deleted by the maintenance worker, or where there is none by
 * a request with a token, now and then.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "storage/write/client_token.h"
#include "storage/query/ddl.h"
#include "session/preload.h"
#include "storage/query/relation_name.h"
#include "storage/write/short_wait.h"

#define TOKENS_NAME "client_request_tokens"
#define TOKENS_KEY_NAME "client_request_tokens_pkey"
#define TOKEN_LIFETIME (10 * USECS_PER_SEC * SECS_PER_MINUTE)

/* Columns in the order of the install script; the first two are the key. */
enum
{
	TOKEN_COLUMN_ROLE = 1,
	TOKEN_COLUMN_TOKEN,
	TOKEN_COLUMN_REQUEST,
	TOKEN_COLUMN_EXPIRES,
	TOKEN_COLUMNS = TOKEN_COLUMN_EXPIRES
};

#define TOKEN_KEY_COLUMNS TOKEN_COLUMN_TOKEN

typedef struct TokenTable
{
	Relation tokens;
	Relation key_index;
	TupleTableSlot *slot;
	Datum values[TOKEN_COLUMNS]; /* of the row to be */
} TokenTable;

/* The row of a token, as the newest that any transaction has written. */
typedef struct TokenRow
{
	bool exists;
	bool in_progress;     /* a transaction is inserting or deleting it */
	TransactionId writer; /* then: this transaction */
	bool expired;
	bool same_request;
	ItemPointerData tid;
} TokenRow;

static bytea *
ByteaOf(const void *data, int length)
{
	bytea *value = palloc(VARHDRSZ + length);

	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), data, length);
	return value;
}

static Relation
OpenTokensTable(Oid oid)
{
	static const Oid types[] = { OIDOID, BYTEAOID, BYTEAOID, TIMESTAMPTZOID };
	Relation tokens = table_open(oid, RowExclusiveLock);

	CheckOwnColumns(tokens, types, lengthof(types), lengthof(types));
	return tokens;
}

static void
OpenTokens(TokenTable *table)
{
	table->tokens = OpenTokensTable(DynamoRelation(FUNCTION_SCHEMA, TOKENS_NAME));
	table->key_index =
	    index_open(DynamoRelation(FUNCTION_SCHEMA, TOKENS_KEY_NAME), RowExclusiveLock);
	table->slot = table_slot_create(table->tokens, NULL);
}

static void
CloseTokens(TokenTable *table)
{
	ExecDropSingleTupleTableSlot(table->slot);
	index_close(table->key_index, NoLock);
	table_close(table->tokens, NoLock);
}

static void
ReadRow(TokenTable *table, const SnapshotData *dirty, TokenRow *row)
{
	bool null;
	Datum expires = slot_getattr(table->slot, TOKEN_COLUMN_EXPIRES, &null);
	Datum request = slot_getattr(table->slot, TOKEN_COLUMN_REQUEST, &null);

	row->exists = true;
	row->writer = TransactionIdIsValid(dirty->xmin) ? dirty->xmin : dirty->xmax;
	row->in_progress = TransactionIdIsValid(row->writer);
	row->expired = DatumGetTimestampTz(expires) <= GetCurrentTimestamp();
	row->same_request = DatumGetBool(
	    DirectFunctionCall2(byteaeq, request, table->values[TOKEN_COLUMN_REQUEST - 1]));
	row->tid = table->slot->tts_tid;
}

static void
FindToken(TokenTable *table, TokenRow *row)
{
	ScanKeyData keys[TOKEN_KEY_COLUMNS];
	SnapshotData dirty;
	IndexScanDesc scan;

	ScanKeyInit(&keys[0], TOKEN_COLUMN_ROLE, BTEqualStrategyNumber, F_OIDEQ,
	            table->values[TOKEN_COLUMN_ROLE - 1]);
	ScanKeyInit(&keys[1], TOKEN_COLUMN_TOKEN, BTEqualStrategyNumber, F_BYTEAEQ,
	            table->values[TOKEN_COLUMN_TOKEN - 1]);
	InitDirtySnapshot(dirty);
	row->exists = false;
	scan = IndexBeginScan(table->tokens, table->key_index, &dirty, TOKEN_KEY_COLUMNS);
	index_rescan(scan, keys, TOKEN_KEY_COLUMNS, NULL, 0);
	if (index_getnext_slot(scan, ForwardScanDirection, table->slot))
		ReadRow(table, &dirty, row);
	index_endscan(scan);
}

/* False where another transaction has come first. */
static bool
InsertToken(TokenTable *table)
{
	TransactionId xid = GetCurrentTransactionId();
	uint32 token = SpeculativeInsertionLockAcquire(xid);
	bool nulls[TOKEN_COLUMNS] = { false };
	bool unique;

	ExecClearTuple(table->slot);
	memcpy(table->slot->tts_values, table->values, sizeof(table->values));
	memcpy(table->slot->tts_isnull, nulls, sizeof(nulls));
	ExecStoreVirtualTuple(table->slot);
	table_tuple_insert_speculative(table->tokens, table->slot, GetCurrentCommandId(true), 0, NULL,
	                               token);
	unique = index_insert(table->key_index, table->values, nulls, &table->slot->tts_tid,
	                      table->tokens, UNIQUE_CHECK_PARTIAL, false, NULL);
	table_tuple_complete_speculative(table->tokens, table->slot, token, unique);
	SpeculativeInsertionLockRelease(xid);
	return unique;
}

/* False where another transaction has come first. */
static bool
DeleteToken(Relation tokens, ItemPointer tid)
{
	TM_FailureData failure;

	return table_tuple_delete(tokens, tid, GetCurrentCommandId(true), GetActiveSnapshot(),
	                          InvalidSnapshot, false, &failure, false) == TM_Ok;
}

/* Where another transaction has the token, `blocker` is that one, or invalid. */
static TokenStatus
TryClaim(TokenTable *table, TransactionId *blocker)
{
	TokenRow row = { .writer = InvalidTransactionId };

	FindToken(table, &row);
	*blocker = row.writer;
	if (row.exists && row.in_progress)
		return TOKEN_IN_PROGRESS;
	if (row.exists && !row.expired)
		return row.same_request ? TOKEN_KNOWN : TOKEN_MISMATCH;
	if (row.exists && !DeleteToken(table->tokens, &row.tid))
		return TOKEN_IN_PROGRESS;
	return InsertToken(table) ? TOKEN_NEW : TOKEN_IN_PROGRESS;
}

static void
ForgetExpiredNowAndThen(void)
{
	static TimestampTz next = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (IsPreloaded() || now < next)
		return;
	next = TimestampTzPlusMilliseconds(now, SECS_PER_MINUTE * 1000);
	ClientTokensForgetExpired();
}

TokenStatus
ClientTokenClaim(Oid role, Bytes token, const uint8 request_hash[REQUEST_HASH_LENGTH])
{
	TokenTable table;
	TokenStatus status;
	TransactionId blocker;
	int pauses = 0;

	PreventCommandIfReadOnly("a request with a client token");
	PreventCommandDuringRecovery("a request with a client token");
	PreventCommandIfParallelMode("a request with a client token");
	ForgetExpiredNowAndThen();

	table.values[TOKEN_COLUMN_ROLE - 1] = ObjectIdGetDatum(role);
	table.values[TOKEN_COLUMN_TOKEN - 1] = PointerGetDatum(ByteaOf(token.data, token.length));
	table.values[TOKEN_COLUMN_REQUEST - 1] =
	    PointerGetDatum(ByteaOf(request_hash, REQUEST_HASH_LENGTH));
	table.values[TOKEN_COLUMN_EXPIRES - 1] =
	    TimestampTzGetDatum(GetCurrentTimestamp() + TOKEN_LIFETIME);
	OpenTokens(&table);
	do
		status = TryClaim(&table, &blocker);
	while (status == TOKEN_IN_PROGRESS && ShortWait(&pauses, blocker));
	CloseTokens(&table);
	CommandCounterIncrement();
	return status;
}

static void
DeleteExpired(Relation tokens)
{
	TupleTableSlot *slot = table_slot_create(tokens, NULL);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(tokens, snapshot, 0, NULL);
	TimestampTz now = GetCurrentTimestamp();

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool null;

		CHECK_FOR_INTERRUPTS();
		if (DatumGetTimestampTz(slot_getattr(slot, TOKEN_COLUMN_EXPIRES, &null)) <= now)
			DeleteToken(tokens, &slot->tts_tid);
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
}

void
ClientTokensForgetExpired(void)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, TOKENS_NAME);
	Relation tokens;

	if (!OidIsValid(oid))
		return;
	tokens = OpenTokensTable(oid);
	DeleteExpired(tokens);
	table_close(tokens, NoLock);
	CommandCounterIncrement();
}

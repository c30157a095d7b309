/*
 * What the views dynamo.streams and dynamo.capture show.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/pg_database.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "change/capture/capture_state.h"
#include "model/resource_name.h"
#include "storage/catalog/stream.h"
#include "storage/stream/capture_slot.h"
#include "storage/stream/shard_catalog.h"
#include "storage/stream/stream_broken.h"
#include "storage/stream/stream_status.h"

PG_FUNCTION_INFO_V1(dynamo_stream_states);
PG_FUNCTION_INFO_V1(dynamo_capture_states);

enum
{
	STREAM_TABLE,
	STREAM_LABEL,
	STREAM_ARN,
	STREAM_VIEW,
	STREAM_STATUS,
	STREAM_CREATED,
	STREAM_DISABLED_AT,
	STREAM_CHANGES_MISSING,
	STREAM_SHARDS,
	STREAM_COLUMNS
};

enum
{
	CAPTURE_DATABASE,
	CAPTURE_PID,
	CAPTURE_PHASE,
	CAPTURE_EPOCH,
	CAPTURE_CAPTURED,
	CAPTURE_CONFIRMED,
	CAPTURE_LAG_BYTES,
	CAPTURE_LAG_SECONDS,
	CAPTURE_WAL_BYTES,
	CAPTURE_CHANGES,
	CAPTURE_CHUNKS,
	CAPTURE_ERROR,
	CAPTURE_ERROR_TIME,
	CAPTURE_COLUMNS
};

static const char *const phase_names[] = {
	[CAPTURE_STOPPED] = "stopped", [CAPTURE_PREPARING] = "preparing", [CAPTURE_RUNNING] = "running",
	[CAPTURE_FAILED] = "failed",   [CAPTURE_NEEDS_EPOCH] = "lost",
};

static void
PutStream(ReturnSetInfo *result, const StreamRow *row)
{
	List *shards = StreamShardsReadable(row);
	char *label = StreamLabel(&(TableStream){ .label = row->label });
	Datum values[STREAM_COLUMNS];
	bool nulls[STREAM_COLUMNS] = { false };

	values[STREAM_TABLE] =
	    PointerGetDatum(cstring_to_text_with_len(row->table.data, row->table.length));
	values[STREAM_LABEL] = CStringGetTextDatum(label);
	values[STREAM_ARN] = CStringGetTextDatum(StreamArn(row->table, label));
	values[STREAM_VIEW] = CStringGetTextDatum(StreamViewName(row->view));
	values[STREAM_STATUS] = CStringGetTextDatum(StreamStatusName(StreamStatusOf(row, shards)));
	values[STREAM_CREATED] = TimestampTzGetDatum(row->created);
	values[STREAM_DISABLED_AT] = TimestampTzGetDatum(row->disabled);
	nulls[STREAM_DISABLED_AT] = row->disabled == 0;
	values[STREAM_CHANGES_MISSING] = BoolGetDatum(row->changes_missing);
	values[STREAM_SHARDS] = Int32GetDatum(list_length(shards));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* stream_states() returns setof record */
Datum
dynamo_stream_states(PG_FUNCTION_ARGS)
{
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	StreamsVisitBroken(StreamWarnOfBroken);
	foreach (cell, StreamRowsShown((Bytes){ NULL, 0 }))
	{
		CHECK_FOR_INTERRUPTS();
		PutStream((ReturnSetInfo *) fcinfo->resultinfo, lfirst(cell));
	}
	PG_RETURN_NULL();
}

/* How far the worker is behind what is in WAL for it to read. */
static void
PutLag(CaptureState *state, Datum *values, bool *nulls)
{
	XLogRecPtr captured = pg_atomic_read_u64(&state->captured);
	XLogRecPtr flushed = GetFlushRecPtr(NULL);
	int64 lag = flushed > captured ? flushed - captured : 0;
	TimestampTz time = pg_atomic_read_u64(&state->captured_time);
	int64 late = lag > 0 ? Max(0, GetCurrentTimestamp() - time) : 0;

	values[CAPTURE_CAPTURED] = LSNGetDatum(captured);
	nulls[CAPTURE_CAPTURED] = captured == InvalidXLogRecPtr;
	values[CAPTURE_LAG_BYTES] = Int64GetDatum(lag);
	nulls[CAPTURE_LAG_BYTES] = captured == InvalidXLogRecPtr;
	values[CAPTURE_LAG_SECONDS] = Float8GetDatum((double) late / USECS_PER_SEC);
	nulls[CAPTURE_LAG_SECONDS] = captured == InvalidXLogRecPtr || time == 0;
}

static void
PutSlot(Oid database, CaptureState *state, Datum *values, bool *nulls)
{
	CaptureSlot slot = CaptureSlotRead(database);
	bool whole = slot.state == CAPTURE_SLOT_WHOLE && slot.restart != InvalidXLogRecPtr;

	values[CAPTURE_CONFIRMED] = LSNGetDatum(slot.confirmed);
	nulls[CAPTURE_CONFIRMED] = !whole;
	nulls[CAPTURE_WAL_BYTES] = !whole || RecoveryInProgress();
	values[CAPTURE_WAL_BYTES] =
	    nulls[CAPTURE_WAL_BYTES] ? (Datum) 0 : Int64GetDatum(GetXLogInsertRecPtr() - slot.restart);
}

/* Under the lock that guards these. */
static void
PutFault(const CaptureState *state, Datum *values, bool *nulls)
{
	values[CAPTURE_PID] = Int32GetDatum(state->pid);
	nulls[CAPTURE_PID] = state->pid == 0;
	values[CAPTURE_ERROR] = CStringGetTextDatum(state->error);
	nulls[CAPTURE_ERROR] = state->error[0] == '\0';
	values[CAPTURE_ERROR_TIME] = TimestampTzGetDatum(state->failed_at);
	nulls[CAPTURE_ERROR_TIME] = state->failed_at == 0;
}

static void
PutCapture(ReturnSetInfo *result, Form_pg_database database, CaptureState *state)
{
	uint32 phase = pg_atomic_read_u32(&state->phase);
	uint32 epoch = pg_atomic_read_u32(&state->epoch);
	Datum values[CAPTURE_COLUMNS];
	bool nulls[CAPTURE_COLUMNS] = { false };

	values[CAPTURE_DATABASE] = CStringGetTextDatum(NameStr(database->datname));
	values[CAPTURE_PHASE] = CStringGetTextDatum(phase_names[Min(phase, lengthof(phase_names) - 1)]);
	values[CAPTURE_EPOCH] = Int32GetDatum(epoch);
	nulls[CAPTURE_EPOCH] = epoch == 0;
	PutLag(state, values, nulls);
	PutSlot(database->oid, state, values, nulls);
	values[CAPTURE_CHANGES] = Int64GetDatum(pg_atomic_read_u64(&state->changes));
	values[CAPTURE_CHUNKS] = Int64GetDatum(pg_atomic_read_u64(&state->chunks));
	LWLockAcquire(CaptureStateLock(), LW_SHARED);
	PutFault(state, values, nulls);
	LWLockRelease(CaptureStateLock());
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* capture_states() returns setof record */
Datum
dynamo_capture_states(PG_FUNCTION_ARGS)
{
	Relation databases;
	SysScanDesc scan;
	HeapTuple row;

	InitMaterializedSRF(fcinfo, 0);
	databases = table_open(DatabaseRelationId, AccessShareLock);
	scan = systable_beginscan(databases, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(row);
		CaptureState *state = CaptureStateFind(database->oid);

		if (state != NULL)
			PutCapture((ReturnSetInfo *) fcinfo->resultinfo, database, state);
	}
	systable_endscan(scan);
	table_close(databases, AccessShareLock);
	PG_RETURN_NULL();
}

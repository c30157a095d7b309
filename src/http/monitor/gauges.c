/*
 * Gauges are read when they are asked for: nothing is kept for them but each worker's memory, which
 * no other process can see, and the flusher's counts.
 */
#include "http/monitor/gauges.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "miscadmin.h"
#include "replication/slot.h"
#include "replication/walreceiver.h"
#include "replication/walsender.h"
#include "replication/walsender_private.h"
#include "storage/lwlock.h"
#include "storage/spin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/capture/capture_state.h"
#include "http/process/shared.h"
#include "metrics/board.h"
#include "storage/index/key_cache_counters.h"

static void
AppendGauge(Exposition *exposition, const char *name, const char *help, uint64 value)
{
	ExpositionGauge(exposition, name, help);
	ExpositionValue(exposition, name, value);
}

static void
AppendSeconds(Exposition *exposition, const char *name, const char *help, int64 microseconds)
{
	ExpositionGauge(exposition, name, help);
	ExpositionSeconds(exposition, name, "", Max(microseconds, 0));
}

static void
AppendCount(Exposition *exposition, const char *name, const char *help, uint64 value)
{
	ExpositionCounter(exposition, name, help);
	ExpositionCount(exposition, name, value);
}

static uint64
Distance(XLogRecPtr from, XLogRecPtr to)
{
	return to > from ? to - from : 0;
}

/* --- processes --- */

static void
AppendWorkers(Exposition *exposition)
{
	uint64 connections = 0;
	uint64 workers = 0;
	uint64 memory = 0;

	for (int i = 0; i < HTTP_MAX_WORKERS; i++)
	{
		HttpWorkerSlot *slot = &http_shared->slots[i];

		if (slot->latch == NULL)
			continue;
		workers++;
		connections += pg_atomic_read_u32(&slot->connections);
		memory += pg_atomic_read_u64(&slot->memory);
	}
	AppendGauge(exposition, "dynamo_http_workers", "HTTP workers that run.", workers);
	AppendGauge(exposition, "dynamo_http_connections", "Connections of clients.", connections);
	AppendGauge(exposition, "dynamo_http_memory_bytes",
	            "Memory of HTTP workers in PostgreSQL's memory contexts.", memory);
	AppendCount(exposition, "dynamo_http_refused_connections",
	            "Connections for which no worker had room.",
	            pg_atomic_read_u64(&http_shared->refused));
}

static void
AppendRequests(Exposition *exposition)
{
	BoardGauges gauges = BoardSum();

	AppendGauge(exposition, "dynamo_http_open_requests",
	            "Requests that have not been answered yet.", gauges.open);
	AppendGauge(exposition, "dynamo_http_parked_requests", "Requests that wait for a lock.",
	            gauges.parked);
	AppendCount(exposition, "dynamo_http_parkings", "Times that a request has waited for a lock.",
	            gauges.parked_ever);
	AppendGauge(exposition, "dynamo_http_flushing_workers",
	            "HTTP workers whose answers wait to become durable.", gauges.held);
}

static void
AppendFlushes(Exposition *exposition)
{
	AppendCount(exposition, "dynamo_flushes",
	            "Times that WAL was made durable for HTTP requests, on synchronous standbys too.",
	            pg_atomic_read_u64(&http_shared->flushes));
	ExpositionCounter(exposition, "dynamo_flush_seconds", "Time that took.");
	ExpositionSeconds(exposition, "dynamo_flush_seconds", "_total",
	                  pg_atomic_read_u64(&http_shared->flush_time));
}

static void
AppendKeyCache(Exposition *exposition)
{
	uint64 hits;
	uint64 misses;

	if (!KeyCacheCountersSum(&hits, &misses))
		return;
	AppendCount(exposition, "dynamo_key_cache_hits",
	            "Keys whose row the key cache knew, in all sessions.", hits);
	AppendCount(exposition, "dynamo_key_cache_misses", "Keys whose row it did not know.", misses);
}

/* --- what is behind --- */

/* Of the worker's database, where it captures changes. */
static void
AppendStreams(Exposition *exposition)
{
	CaptureState *state = RecoveryInProgress() ? NULL : CaptureStateFind(MyDatabaseId);
	XLogRecPtr captured = state == NULL ? 0 : pg_atomic_read_u64(&state->captured);
	TimestampTz time = state == NULL ? 0 : pg_atomic_read_u64(&state->captured_time);
	uint64 lag = captured == 0 ? 0 : Distance(captured, GetFlushRecPtr(NULL));

	AppendGauge(exposition, "dynamo_stream_capturing", "1 where changes of items are captured.",
	            state != NULL && pg_atomic_read_u32(&state->phase) == CAPTURE_RUNNING);
	AppendGauge(exposition, "dynamo_stream_lag_bytes",
	            "WAL that is yet to be read for the streams of the database.", lag);
	AppendSeconds(exposition, "dynamo_stream_lag_seconds",
	              "Time since the last change that is in the log was made, while there are more.",
	              lag > 0 && time != 0 ? GetCurrentTimestamp() - time : 0);
	AppendCount(exposition, "dynamo_stream_changes",
	            "Changes of items that were written to the log.",
	            state == NULL ? 0 : pg_atomic_read_u64(&state->changes));
}

typedef struct Standbys
{
	int count;
	XLogRecPtr least; /* that one of them has replayed */
	TimeOffset longest;
} Standbys;

static bool
IsLogical(pid_t pid)
{
	bool logical = false;

	LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
	for (int i = 0; i < max_replication_slots; i++)
	{
		const ReplicationSlot *slot = &ReplicationSlotCtl->replication_slots[i];

		logical |= slot->in_use && slot->active_pid == pid && SlotIsLogical(slot);
	}
	LWLockRelease(ReplicationSlotControlLock);
	return logical;
}

/* Readers by logical decoding are no standbys. */
static void
AddStandby(Standbys *standbys, WalSnd *sender)
{
	XLogRecPtr applied;
	TimeOffset lag;
	pid_t pid;

	SpinLockAcquire(&sender->mutex);
	pid = sender->state >= WALSNDSTATE_CATCHUP ? sender->pid : 0;
	applied = sender->apply;
	lag = sender->applyLag;
	SpinLockRelease(&sender->mutex);
	if (pid == 0 || applied == InvalidXLogRecPtr || IsLogical(pid))
		return;
	standbys->least = standbys->count == 0 ? applied : Min(standbys->least, applied);
	standbys->longest = Max(standbys->longest, lag);
	standbys->count++;
}

static void
AppendStandbys(Exposition *exposition)
{
	Standbys standbys = { 0 };

	for (int i = 0; i < max_wal_senders; i++)
		AddStandby(&standbys, &WalSndCtl->walsnds[i]);
	AppendGauge(exposition, "dynamo_standbys", "Standbys that are connected.", standbys.count);
	AppendGauge(exposition, "dynamo_standby_lag_bytes",
	            "WAL that the farthest of them has yet to replay.",
	            standbys.count == 0 ? 0 : Distance(standbys.least, GetFlushRecPtr(NULL)));
	AppendSeconds(exposition, "dynamo_standby_lag_seconds",
	              "Time until the slowest of them had replayed what was written lately.",
	              standbys.longest);
}

/* Of this server, where it is a standby. */
static void
AppendReplay(Exposition *exposition)
{
	bool standby = RecoveryInProgress();
	XLogRecPtr received = standby ? GetWalRcvFlushRecPtr(NULL, NULL) : 0;
	XLogRecPtr replayed = standby ? GetXLogReplayRecPtr(NULL) : 0;
	TimestampTz last = standby && received > replayed ? GetLatestXTime() : 0;

	AppendGauge(exposition, "dynamo_is_standby", "1 on a standby.", standby);
	AppendGauge(exposition, "dynamo_replay_lag_bytes",
	            "WAL that this standby has, and has yet to replay.", Distance(replayed, received));
	AppendSeconds(exposition, "dynamo_replay_lag_seconds",
	              "Time since the last commit that it has replayed, while there is more.",
	              last == 0 ? 0 : GetCurrentTimestamp() - last);
}

void
GaugesAppend(Exposition *exposition)
{
	AppendWorkers(exposition);
	AppendRequests(exposition);
	AppendFlushes(exposition);
	AppendKeyCache(exposition);
	AppendStreams(exposition);
	if (!RecoveryInProgress())
		AppendStandbys(exposition);
	AppendReplay(exposition);
}

void
GaugesNoteMemory(int worker)
{
	pg_atomic_write_u64(&http_shared->slots[worker].memory,
	                    MemoryContextMemAllocated(TopMemoryContext, true));
}

/*
 * See internals.h.
 */
#include "internals.h"

#include "miscadmin.h"
#include "postmaster/bgworker_internals.h"
#include "storage/buf_internals.h"
#include "storage/proc.h"
#include "storage/sinval.h"
#include "utils/guc_tables.h"

#include "compat.h"

/* libpq/libpq.h has it, and needs headers of every library that libpq was built with. */
extern bool check_ssl_key_file_permissions(const char *ssl_key_file, bool isServerStart);

bool
PrivateKeyFileIsSafe(const char *path)
{
	return check_ssl_key_file_permissions(path, false);
}

void
LockTimeoutSet(int milliseconds)
{
	LockTimeout = milliseconds;
}

int
LockTimeoutGet(void)
{
	return LockTimeout;
}

void
CancelOwnQuery(void)
{
	QueryCancelPending = true;
	InterruptPending = true;
}

void
EndOwnProcess(void)
{
	ProcDiePending = true;
	InterruptPending = true;
}

void
ForgetCancellation(void)
{
	QueryCancelPending = false;
}

bool
ProcessIsEnding(void)
{
	return ProcDiePending;
}

void
CatchUpWithInvalidations(void)
{
	if (catchupInterruptPending)
		ProcessCatchupInterrupt();
}

void
SettingFix(const char *name, const char *value)
{
	int count;
	struct config_generic **settings = GetSettings(&count);

	for (int i = 0; i < count; i++)
	{
		if (strcmp(settings[i]->name, name) != 0)
			continue;
		SetConfigOption(name, value, PGC_USERSET, PGC_S_OVERRIDE);
		settings[i]->context = PGC_SIGHUP;
	}
	FreeSettings(settings);
}

void
HoldOwnSnapshots(void)
{
	LWLockAcquire(ProcArrayLock, LW_EXCLUSIVE);
	MyProc->statusFlags &= ~PROC_IN_LOGICAL_DECODING;
	ProcGlobal->statusFlags[MyProc->pgxactoff] = MyProc->statusFlags;
	LWLockRelease(ProcArrayLock);
}

BlockNumber
BufferBlockUnlocked(Buffer buffer)
{
	return GetBufferDescriptor(buffer - 1)->tag.blockNum;
}

void
BufferCountUse(Buffer buffer)
{
	pg_atomic_uint32 *shared = &GetBufferDescriptor(buffer - 1)->state;
	uint32 state = pg_atomic_read_u32(shared);

	while (BUF_STATE_GET_USAGECOUNT(state) < BM_MAX_USAGE_COUNT && !(state & BM_LOCKED))
		if (pg_atomic_compare_exchange_u32(shared, &state, state + BUF_USAGECOUNT_ONE))
			return;
}

Bitmapset *
RelationHotBlocking(Relation relation)
{
	return HotBlockingColumns(relation);
}

Bitmapset *
RelationSetHotBlocking(Relation relation, Bitmapset *columns)
{
	Bitmapset *before = HotBlockingColumns(relation);

	HotBlockingColumns(relation) = columns;
	return before;
}

char
RelationSetReplicaIdentity(Relation relation, char identity)
{
	char before = relation->rd_rel->relreplident;

	relation->rd_rel->relreplident = identity;
	return before;
}

int
RegisteredWorkersBut(const char *library)
{
	RegisteredWorkerIterator iterator;
	int count = 0;

	foreach_registered_worker(
	    iterator) if (strcmp(RegisteredWorkerOf(iterator)->bgw_library_name, library) != 0) count++;
	return count;
}

/*
 * See pending_build.h.
 */
#include "storage/index/pending_build.h"

#include <signal.h>

#include "access/xlog.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/proc.h"

#include "storage/index/build_worker.h"
#include "storage/relation/lock.h"

#define STOP_TRIES 20
#define STOP_PAUSE 5000L /* microseconds */

const TableIndex *
FirstUnfinishedIndex(const TableDefinition *definition)
{
	const TableIndex *expiry = definition->time_to_live;

	for (int i = 0; i < AllIndexCount(definition); i++)
		if (AnyIndex(definition, i)->status == STATUS_CREATING)
			return AnyIndex(definition, i);
	return expiry != NULL && expiry->status != STATUS_ACTIVE ? expiry : NULL;
}

bool
IndexBuildIsNeeded(const TableDefinition *definition)
{
	return FirstUnfinishedIndex(definition) != NULL || definition->rebuild_count > 0;
}

void
TableResumeBuilds(const Table *table)
{
	LOCKTAG tag = IndexBuildLock(table->relation);

	/* ShareLock, so that CancelHolders does not take this process for a worker. */
	if (RecoveryInProgress() || !IndexBuildIsNeeded(&table->definition) ||
	    LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return;
	LockRelease(&tag, ShareLock, false);
	BuildWorkerResume(table->relation);
}

static bool
SameLock(const LOCKTAG *a, const LOCKTAG *b)
{
	return memcmp(a, b, sizeof(LOCKTAG)) == 0;
}

/* Workers alone take the lock as ExclusiveLock, but for this process. */
static bool
IsWorkersLock(const LockInstanceData *lock, const LOCKTAG *tag)
{
	return SameLock(&lock->locktag, tag) && lock->pid != MyProcPid &&
	       ((lock->holdMask & LOCKBIT_ON(ExclusiveLock)) != 0 ||
	        lock->waitLockMode == ExclusiveLock);
}

/* They go on with what other tables wait for. */
static void
CancelHolders(const LOCKTAG *tag)
{
	LockData *data = GetLockStatusData();

	for (int i = 0; i < data->nelements; i++)
		if (IsWorkersLock(&data->locks[i], tag))
			(void) kill(data->locks[i].pid, SIGINT);
}

void
IndexBuildStop(Oid relation)
{
	LOCKTAG tag = IndexBuildLock(relation);

	/* A worker that was cancelled may take the table up once more before this process stands in
	 * line. */
	for (int i = 0; i < STOP_TRIES; i++)
	{
		if (LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL)
			return;
		CancelHolders(&tag);
		pg_usleep(STOP_PAUSE);
		CHECK_FOR_INTERRUPTS();
	}
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

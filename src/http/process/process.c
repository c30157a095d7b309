/*
 * Notes in shared memory which processes of the HTTP API run. A process takes its
 * place when it starts and gives it back when it exits, each under the lock; so a
 * signal sent under the lock reaches it and no successor of its process id. One
 * that is killed gives nothing back, but then the postmaster begins anew with all.
 */
#include "http/process/process.h"

#include <signal.h>

#include "common/hashfn.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/sinval.h"
#include "utils/guc.h"

#include "internals.h"
#include "http/process/exposure.h"
#include "http/process/shared.h"
#include "http/tls/tls_settings.h"

static uint32
AddText(uint32 settings, const char *text)
{
	return hash_combine(settings, hash_bytes((const unsigned char *) text, strlen(text)));
}

/* The supervisor asks each time that it wakes, and has no memory that it gives back. */
uint32
HttpProcessSettings(int number)
{
	int numbers[] = { http_authentication, http_port, http_max_connections, TlsIsWanted(),
		              ExposureIsRefused() };
	uint32 settings = hash_bytes((const unsigned char *) numbers, sizeof(numbers));

	if (number == HTTP_FLUSHER)
		return 0;
	settings = AddText(settings, http_listen_addresses);
	settings = AddText(settings, http_database);
	return AddText(settings, http_role);
}

static void
WakeSupervisor(void)
{
	Latch *supervisor = http_shared->supervisor;

	if (supervisor != NULL)
		SetLatch(supervisor);
}

static void
Detach(int code, Datum number)
{
	LWLockReleaseAll(); /* an error may have left one */
	LWLockAcquire(http_shared->lock, LW_EXCLUSIVE);
	http_shared->processes[DatumGetInt32(number)].pid = 0;
	LWLockRelease(http_shared->lock);
	WakeSupervisor();
}

bool
HttpProcessAttach(int number)
{
	HttpProcess *process = &http_shared->processes[number];
	bool attached;

	LWLockAcquire(http_shared->lock, LW_EXCLUSIVE);
	attached = process->pid == 0;
	if (attached)
	{
		process->pid = MyProcPid;
		process->settings = HttpProcessSettings(number);
	}
	LWLockRelease(http_shared->lock);
	if (attached)
		on_shmem_exit(Detach, Int32GetDatum(number));
	WakeSupervisor();
	return attached;
}

bool
HttpProcessRuns(int number, uint32 *settings)
{
	bool runs;

	LWLockAcquire(http_shared->lock, LW_SHARED);
	runs = http_shared->processes[number].pid != 0;
	*settings = http_shared->processes[number].settings;
	LWLockRelease(http_shared->lock);
	return runs;
}

void
HttpProcessStop(int number)
{
	LWLockAcquire(http_shared->lock, LW_EXCLUSIVE);
	if (http_shared->processes[number].pid != 0)
		kill(http_shared->processes[number].pid, SIGTERM);
	LWLockRelease(http_shared->lock);
}

bool
HttpProcessInterrupts(void)
{
	CHECK_FOR_INTERRUPTS();
	CatchUpWithInvalidations();
	if (!ConfigReloadPending)
		return false;
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
	return true;
}

/*
 * See worker_session.h.
 */
#include "session/worker_session.h"

#include "access/xact.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

#include "session/clean_session.h"

static void
Set(const char *name, const char *value)
{
	SetConfigOption(name, value, PGC_SUSET, PGC_S_OVERRIDE);
}

void
WorkerSessionWaitForLocks(void)
{
	(void) set_config_option("lock_timeout", "0", PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true,
	                         0, false);
}

void
WorkerSessionBegin(Oid database, const char *name, const char *lock_timeout)
{
	static const char *const settings[][2] = {
		{ "role", "none" },
		{ "search_path", "pg_catalog, pg_temp" },
		{ "statement_timeout", "0" },
		{ "idle_in_transaction_session_timeout", "0" },
		{ "default_transaction_isolation", "read committed" },
		{ "default_transaction_read_only", "off" },
		{ "default_table_access_method", "heap" },
	};

	BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
	SessionInit();
	Set("application_name", name);
	Set("lock_timeout", lock_timeout);
	for (int i = 0; i < lengthof(settings); i++)
		Set(settings[i][0], settings[i][1]);
}

void
WorkerTransactionBegin(void)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
}

void
WorkerTransactionCommit(void)
{
	if (ActiveSnapshotSet())
		PopActiveSnapshot();
	CommitTransactionCommand();
}

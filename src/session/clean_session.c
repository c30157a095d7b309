/*
 * See clean_session.h.
 */
#include "session/clean_session.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/async.h"
#include "commands/prepare.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/lock.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "internals.h"

/* PostgreSQL's own levels of settings in a transaction are more. */
#define NO_LEVEL 0

#define MAX_PLACEHOLDERS (1024 * 1024) /* bytes of settings: some thousands of them */
#define CALLS_A_LOOK 16                /* since a look sorts all names from PostgreSQL 16 on */

static bool ran_foreign_code = false;

/* A function with SECURITY DEFINER, of a client's own session, looks the same. */
static bool
InScope(void)
{
	return MyBackendType == B_BG_WORKER && InLocalUserIdChange();
}

/*
 * Temporary objects go in the transaction that made them, whose locks are still
 * held. Once they are committed a permanent table may depend on them, as by a column
 * of a temporary type, and to drop them would wait for the locks of others on it,
 * without end where the process ends.
 */
static void
DropTemporaryObjects(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_PRE_COMMIT || !ran_foreign_code)
		return;
	PushActiveSnapshot(GetTransactionSnapshot());
	ResetTempTableNamespace();
	PopActiveSnapshot();
}

void
SessionInit(void)
{
	RegisterXactCallback(DropTemporaryObjects, NULL);
	/* Under these an error, or a transaction that takes long, would end the process. */
	SettingFix("exit_on_error", "off");
	SettingFix("transaction_timeout", "0");
}

int
SessionScopeBegin(Oid role)
{
	Oid before;
	int security;

	if (!OidIsValid(role))
		elog(ERROR, "a request has no role to run as");
	GetUserIdAndSecContext(&before, &security);
	SetUserIdAndSecContext(role, security | SECURITY_LOCAL_USERID_CHANGE);
	return NewGUCNestLevel();
}

/*
 * Cursors WITH HOLD are dropped, since their queries, which may call anything, would
 * run to their ends at the commit.
 */
static void
RunDeferred(void)
{
	AfterTriggerFireDeferred();
	if (ran_foreign_code)
		PortalHashTableDeleteAll();
}

void
SessionScopeEnd(int scope, bool committing)
{
	if (committing || ran_foreign_code)
		RunDeferred();
	AtEOXact_GUC(false, scope);
}

void
SessionScopeLeave(void)
{
	SetUserIdAndSecContext(GetSessionUserId(), 0);
}

int
SessionForeignCodeBegin(void)
{
	ran_foreign_code = true;
	return InScope() ? NewGUCNestLevel() : NO_LEVEL;
}

void
SessionForeignCodeEnd(int level)
{
	if (level != NO_LEVEL)
		AtEOXact_GUC(false, level);
}

bool
SessionRanForeignCode(void)
{
	return ran_foreign_code;
}

/* An owner who has set the seed would know what other owners' code draws. */
static void
SeedRandom(void)
{
	uint32 random;

	if (!pg_strong_random(&random, sizeof(random)))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate a seed")));
	(void) DirectFunctionCall1(setseed, Float8GetDatum(random / (double) PG_UINT32_MAX));
}

void
SessionDiscard(void)
{
	PortalHashTableDeleteAll();
	ResetAllOptions();
	DropAllPreparedStatements();
	Async_UnlistenAll();
	LockReleaseAll(USER_LOCKMETHOD, true);
	ResetSequenceCaches();
	SeedRandom();
	ran_foreign_code = false; /* last: a session where something fails is not clean */
}

/* Of settings that no extension has defined: any code may make them. */
static Size
PlaceholderSize(void)
{
	int count;
	struct config_generic **settings = GetSettings(&count);
	Size size = 0;

	for (int i = 0; i < count; i++)
	{
		if (settings[i]->flags & GUC_CUSTOM_PLACEHOLDER)
			size += sizeof(struct config_string) + strlen(settings[i]->name) + 1;
	}
	FreeSettings(settings);
	return size;
}

bool
SessionIsWornOut(void)
{
	static int calls = 0;

	return ++calls % CALLS_A_LOOK == 0 && PlaceholderSize() > MAX_PLACEHOLDERS;
}

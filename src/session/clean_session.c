/*
 * See clean_session.h.
 */
#include "session/clean_session.h"

#include "catalog/namespace.h"
#include "commands/async.h"
#include "commands/prepare.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/guc.h"
#include "utils/portal.h"

static bool ran_foreign_code = false;

int
SessionScopeBegin(void)
{
	Oid role;
	int security;

	GetUserIdAndSecContext(&role, &security);
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

void
SessionNoteForeignCode(void)
{
	ran_foreign_code = true;
}

bool
SessionRanForeignCode(void)
{
	return ran_foreign_code;
}

void
SessionDiscard(void)
{
	PortalHashTableDeleteAll();
	DropAllPreparedStatements();
	Async_UnlistenAll();
	LockReleaseAll(USER_LOCKMETHOD, true);
	ResetTempTableNamespace();
	ResetSequenceCaches();
	ran_foreign_code = false; /* last: where something fails it is done again */
}

/*
 * Doing work of the service's own on a table as the table's owner.
 */
#include "postgres.h"

#include "access/table.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/rel.h"

#include "storage/relation/table_owner.h"

static Oid
TableOwner(const Table *table)
{
	Relation relation = table_open(table->relation, NoLock);
	Oid owner = relation->rd_rel->relowner;

	table_close(relation, NoLock);
	return owner;
}

CallerRole
BecomeTableOwner(const Table *table)
{
	Oid owner = TableOwner(table);
	CallerRole caller;
	int security;

	GetUserIdAndSecContext(&caller.role, &caller.security);
	caller.settings = NewGUCNestLevel();
	security = caller.security | SECURITY_NOFORCE_RLS;
	if (owner != caller.role)
	{
		security |= SECURITY_RESTRICTED_OPERATION;
		(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
		                         GUC_ACTION_SAVE, true, 0, false);
	}
	SetUserIdAndSecContext(owner, security);
	return caller;
}

CallerRole
BecomeRole(Oid role)
{
	CallerRole caller;

	GetUserIdAndSecContext(&caller.role, &caller.security);
	caller.settings = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	AfterTriggerSetState(makeNode(ConstraintsSetStmt));
	SetUserIdAndSecContext(role, caller.security | SECURITY_LOCAL_USERID_CHANGE |
	                                 SECURITY_RESTRICTED_OPERATION);
	return caller;
}

void
ReturnToCaller(const CallerRole *caller)
{
	AtEOXact_GUC(false, caller->settings);
	SetUserIdAndSecContext(caller->role, caller->security);
}

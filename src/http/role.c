/*
 * Requests are not the superuser's: an owner's trigger runs as the role that
 * writes, and any role may own a table. So a role that may do everything, or to
 * which row-level security does not apply, is refused, and so is a member of one
 * and a role that reaches past PostgreSQL's privileges into the server.
 */
#include "http/role.h"

#include <signal.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "http/process/log_limit.h"
#include "http/process/settings.h"

static uint64 changes = 1; /* of roles, as far as this process has heard of them */

static void
NoteChange(Datum argument, int cache, uint32 hash)
{
	changes++;
}

/* What PostgreSQL's manual calls a way to superuser's rights. */
static bool
ReachesServer(Oid role)
{
	return role == ROLE_PG_EXECUTE_SERVER_PROGRAM || role == ROLE_PG_WRITE_SERVER_FILES ||
	       role == ROLE_PG_READ_SERVER_FILES;
}

static const char *
Unfitness(const Form_pg_authid role, Oid own)
{
	bool is_own = role->oid == own;

	if (!role->rolsuper && !role->rolbypassrls && !ReachesServer(role->oid))
		return NULL;
	if (!is_member_of_role(own, role->oid))
		return NULL;
	if (role->rolsuper)
		return is_own ? "is a superuser" : "is a member of a superuser";
	if (role->rolbypassrls)
		return is_own ? "has BYPASSRLS" : "is a member of a role that has BYPASSRLS";
	return "is a member of a role that may use the server's files or programs";
}

/* is_member_of_role says of a superuser that it is a member of each role. */
static const char *
JudgeMemberships(Oid own)
{
	Relation roles = table_open(AuthIdRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(roles, InvalidOid, false, NULL, 0, NULL);
	const char *found = NULL;
	HeapTuple tuple;

	while (found == NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = Unfitness((Form_pg_authid) GETSTRUCT(tuple), own);
	systable_endscan(scan);
	table_close(roles, AccessShareLock);
	return found;
}

/* Another role may have taken the name of one that was dropped: the next worker runs as that. */
static const char *
Judge(Oid own)
{
	if (superuser_arg(own))
		return "is a superuser";
	if (SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(own)))
		return JudgeMemberships(own);
	kill(MyProcPid, SIGTERM);
	return "has been dropped";
}

const char *
HttpRoleUnfitness(void)
{
	static uint64 judged_at = 0;
	static const char *unfitness;
	uint64 before = changes;

	if (judged_at == changes)
		return unfitness;
	if (judged_at == 0)
	{
		CacheRegisterSyscacheCallback(AUTHOID, NoteChange, (Datum) 0);
		CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, NoteChange, (Datum) 0);
	}
	unfitness = Judge(GetSessionUserId());
	judged_at = before;
	return unfitness;
}

void
HttpRoleReport(const char *reason)
{
	static LogLimit limit;
	int64 passed_over;

	if (!LogIsDue(&limit, &passed_over))
		return;
	ereport(LOG, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	              errmsg("dynamo does not serve HTTP requests: role \"%s\" %s", http_role, reason),
	              errhint("Set dynamo.http_role to a role with LOGIN and without more rights than "
	                      "requests should have; docs/operations.md says how to make one.")));
}

/*
 * What a worker does about the role of its session.
 */
#include "http/role.h"

#include <signal.h>

#include "miscadmin.h"

#include "auth/role_fitness.h"
#include "http/process/log_limit.h"
#include "http/process/settings.h"

/* Another role may have taken the name of one that was dropped: the next worker runs as that. */
const char *
HttpRoleUnfitness(void)
{
	const char *unfitness = RoleUnfitness(GetSessionUserId());

	if (unfitness == role_is_dropped)
		kill(MyProcPid, SIGTERM);
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

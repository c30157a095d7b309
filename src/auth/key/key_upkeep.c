/*
 * The parts of access keys that begin with the server, and their upkeep.
 */
#include "auth/key/key_upkeep.h"

#include "postgres.h"

#include "auth/key/access_key_row.h"
#include "auth/key/key_import.h"
#include "auth/key/key_use.h"
#include "auth/key/session_quota.h"
#include "auth/secret/master_key_source.h"
#include "storage/query/own_query.h"

void
AccessKeysInit(void)
{
	MasterKeyInit();
	MasterKeySourceInit();
	KeyUseInit();
	KeyImportInit();
	SessionQuotaInit();
}

/* Clients are told that credentials have expired as long as their row is there. */
static void
DeleteWhatIsOver(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun("DELETE FROM dynamo.access_keys WHERE token_hash IS NOT NULL"
	                   " AND expires < pg_catalog.clock_timestamp() - '1 day'::pg_catalog.interval",
	                   &query, NULL, NULL);
}

void
AccessKeysKeepUp(void)
{
	if (!OidIsValid(AccessKeyTable()))
		return;
	DeleteWhatIsOver();
	KeyUseWrite();
}

/*
 * The parts of access keys that begin with the server, and their upkeep.
 */
#include "auth/key/key_upkeep.h"

#include "postgres.h"

#include "auth/key/access_key_row.h"
#include "auth/key/key_import.h"
#include "auth/key/key_use.h"
#include "auth/secret/master_key_source.h"
#include "storage/relation/own_query.h"

void
AccessKeysInit(void)
{
	MasterKeyInit();
	MasterKeySourceInit();
	KeyUseInit();
	KeyImportInit();
}

/*
 * A role's oid is given to another one only after four thousand million others were given out, so
 * none inherits a key. Clients are told that credentials have expired as long as their row is
 * there.
 */
static void
DeleteWhatIsOver(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun(
	    "DELETE FROM dynamo.access_keys AS key"
	    " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_authid AS role WHERE role.oid = key.role)"
	    " OR (key.assumed_by IS NOT NULL AND NOT EXISTS"
	    " (SELECT FROM pg_catalog.pg_authid AS role WHERE role.oid = key.assumed_by))"
	    " OR (key.token_hash IS NOT NULL"
	    " AND key.expires < pg_catalog.clock_timestamp() - '1 day'::pg_catalog.interval)",
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

/*
 * PostgreSQL gives a role's oid to another one once it has given out four thousand million others,
 * so that what is bound to the oid of a role is forgotten before that. DROP ROLE itself sees one
 * database of several.
 *
 * Each column of the extension's tables that has a role's oid is here, but for those of
 * client_request_tokens, whose rows live for ten minutes, and of stream_catalog, of which
 * change/upkeep takes care.
 */
#include "maintenance/dropped_roles.h"

#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"

#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define IS_GONE(column) \
	column " <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_authid AS a WHERE a.oid = " column ")"

typedef struct RoleColumn
{
	const char *table;
	const char *command;
} RoleColumn;

static const RoleColumn columns[] = {
	{ "access_keys", "DELETE FROM dynamo.access_keys AS t WHERE " IS_GONE("t.role") },
	{ "access_keys", "DELETE FROM dynamo.access_keys AS t WHERE " IS_GONE("t.assumed_by") },
	{ "role_policy", "DELETE FROM dynamo.role_policy AS t WHERE " IS_GONE("t.role") },
	{ "endpoint_credential",
	  "DELETE FROM dynamo.endpoint_credential AS t WHERE " IS_GONE("t.owner") },
	{ "backup_catalog",
	  "UPDATE dynamo.backup_catalog AS t SET owner = 0 WHERE " IS_GONE("t.owner") },
	{ "export_catalog",
	  "UPDATE dynamo.export_catalog AS t SET owner = 0 WHERE " IS_GONE("t.owner") },
	{ "import_job", "UPDATE dynamo.import_job AS t SET owner = 0 WHERE " IS_GONE("t.owner") },
	{ "migration_job", "UPDATE dynamo.migration_job AS t SET owner = 0 WHERE " IS_GONE("t.owner") },
	{ "region_catalog",
	  "UPDATE dynamo.region_catalog AS t SET owner = 0 WHERE " IS_GONE("t.owner") },
	{ "store_grant", "DELETE FROM dynamo.store_grant AS t WHERE " IS_GONE("t.role") },
	{ "trigger_catalog",
	  "UPDATE dynamo.trigger_catalog AS t SET owner = 0 WHERE " IS_GONE("t.owner") },
};

static bool
IsOwnTable(const char *name)
{
	Oid table = DynamoRelation(FUNCTION_SCHEMA, name);
	Oid extension = get_extension_oid("dynamo", true);

	return OidIsValid(table) && OidIsValid(extension) &&
	       getExtensionOfObject(RelationRelationId, table) == extension;
}

void
DroppedRolesForget(void)
{
	for (int i = 0; i < lengthof(columns); i++)
	{
		OwnQuery query = { 0 };

		/* An older version of the extension has fewer. */
		if (IsOwnTable(columns[i].table))
			(void) OwnQueryRun(columns[i].command, &query, NULL, NULL);
	}
}

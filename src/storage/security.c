/*
 * Row-level security, asked of PostgreSQL's executor.
 */
#include "postgres.h"

#include "utils/rls.h"

#include "storage/role_statement.h"
#include "storage/security.h"

bool
RowsMayBeHidden(const Table *table)
{
	return check_enable_rls(table->relation, InvalidOid, false) == RLS_ENABLED;
}

Jsonb *
ItemReadAsRole(Table *table, const ItemKey *key)
{
	return RoleStatementSelect(table, key, false);
}

bool
ItemVisibleToRole(Table *table, const ItemKey *key)
{
	return RoleStatementRun(table, ROLE_SELECT, key, NULL, false) > 0;
}

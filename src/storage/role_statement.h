/*
 * Statements on a table's relation that PostgreSQL's executor runs as the
 * current role, so that row-level security, triggers, constraints and rules
 * apply as to any SQL.
 */
#ifndef DYNAMO_ROLE_STATEMENT_H
#define DYNAMO_ROLE_STATEMENT_H

#include "storage/read.h"

typedef enum RoleStatement
{
	ROLE_SELECT,
	ROLE_INSERT,
	ROLE_INSERT_IF_NEW, /* ON CONFLICT DO NOTHING */
	ROLE_UPDATE,
	ROLE_DELETE
} RoleStatement;

/*
 * Runs the statement for the item of this key; `item` is the new one. Returns
 * the number of rows. Under the active snapshot, or under a fresh one that sees
 * the transaction's own writes.
 */
extern uint64 RoleStatementRun(Table *table, RoleStatement statement, const ItemKey *key,
                               Jsonb *item, bool fresh_snapshot);

/* As ROLE_SELECT; the item, palloc'd, or NULL. */
extern Jsonb *RoleStatementSelect(Table *table, const ItemKey *key, bool fresh_snapshot);

#endif

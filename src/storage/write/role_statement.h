/*
 * Statements on a table's relation that PostgreSQL's executor runs as the
 * current role, so that row-level security, triggers, constraints and rules
 * apply as to any SQL.
 */
#ifndef DYNAMO_ROLE_STATEMENT_H
#define DYNAMO_ROLE_STATEMENT_H

#include "storage/read/read.h"

typedef enum RoleStatement
{
	ROLE_INSERT,
	ROLE_INSERT_IF_NEW, /* ON CONFLICT DO NOTHING */
	ROLE_UPDATE,
	ROLE_DELETE
} RoleStatement;

/*
 * Runs the statement for the item of this key; `item` is the new one. An UPDATE or
 * DELETE is of the row version `row` of that key. Returns the number of rows. Runs
 * under a fresh snapshot that sees the transaction's own writes.
 */
extern uint64 RoleStatementRun(Table *table, RoleStatement statement, const ItemKey *key,
                               const ItemPointerData *row, Jsonb *item);

#endif

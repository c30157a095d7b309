/*
 * What a PartiQL statement asks of its table.
 */
#ifndef DYNAMO_STATEMENT_ACCESS_H
#define DYNAMO_STATEMENT_ACCESS_H

#include "operation/access/table_access.h"
#include "partiql/plan.h"

/*
 * The action, PostgreSQL's privileges but for those on what is only read, and what leaves of items.
 * `return_on_failure` says that a condition which fails returns the item.
 */
extern AccessRequest StatementAccess(const Statement *statement, bool return_on_failure);

/* The partitions that a SELECT reads. Raises AccessDeniedException. */
extern void StatementAccessPlan(TableAccess *access, const ReadPlan *plan);

#endif

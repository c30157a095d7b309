/*
 * Row-level security, asked of PostgreSQL's executor.
 */
#ifndef DYNAMO_SECURITY_H
#define DYNAMO_SECURITY_H

#include "storage/read.h"

/*
 * Whether row-level security applies to the current role here, so that every
 * row must be asked for through the executor. Raises insufficient_privilege
 * where row_security is off and policies would apply.
 */
extern bool RowsMayBeHidden(const Table *table);

/* ItemRead through the executor, under the role's policies for SELECT. */
extern Jsonb *ItemReadAsRole(Table *table, const ItemKey *key);

/* Whether the role's policies for SELECT show the row of this key. */
extern bool ItemVisibleToRole(Table *table, const ItemKey *key);

#endif

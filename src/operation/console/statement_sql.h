/*
 * The SQL on a table's view that does what a PartiQL statement does.
 */
#ifndef DYNAMO_STATEMENT_SQL_H
#define DYNAMO_STATEMENT_SQL_H

#include "model/structure.h"
#include "partiql/statement.h"
#include "storage/relation/table.h"

/*
 * Terminated, palloc'd. Of what SQL on the view cannot say alike it is a call of dynamo's function
 * with the statement as it is. `request` has Statement and Parameters. NULL stands for no index.
 */
extern char *StatementSql(const Statement *statement, const Table *table, const TableIndex *index,
                          const Structure *request);

#endif

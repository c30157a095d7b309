/*
 * SELECT, whichever operation runs it.
 */
#ifndef DYNAMO_STATEMENT_READ_H
#define DYNAMO_STATEMENT_READ_H

#include "model/structure.h"
#include "operation/context.h"
#include "operation/read/page.h"
#include "partiql/plan.h"

/* A SELECT that is ready to be read. */
typedef struct StatementRead
{
	PageRequest page;
	Selection selection;
	ReadPlan plan;
} StatementRead;

/*
 * Opens the table and plans. The request gives ConsistentRead, Limit and
 * ReturnConsumedCapacity; NULL: none of them.
 */
extern void StatementReadOpen(const OperationContext *context, const Statement *statement,
                              const Structure *request, StatementRead *read);

/* Raises what is wrong with the index that a SELECT names, with the texts of statements. */
extern void StatementCheckIndex(const Statement *statement, const Table *table, bool consistent);

/* Reads a page and writes the response of ExecuteStatement. */
extern void StatementReadRun(const OperationContext *context, const StatementRead *read,
                             const Structure *request, JsonWriter *response);

#endif

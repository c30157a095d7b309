/*
 * INSERT, UPDATE and DELETE, whichever operation runs them.
 */
#ifndef DYNAMO_STATEMENT_WRITE_H
#define DYNAMO_STATEMENT_WRITE_H

#include "error/error.h"
#include "model/structure.h"
#include "operation/access/table_access.h"
#include "operation/context.h"
#include "operation/throughput/throttle.h"
#include "partiql/statement.h"
#include "storage/write/write.h"

/* Why an item was not written; `message` is NULL where it was. */
typedef struct WriteFailure
{
	DynamoException exception;
	const char *message;
	const Jsonb *item; /* the item as it is, where that was asked for; else NULL */
} WriteFailure;

typedef struct StatementWrite
{
	const Statement *statement;
	TableAccess access;
	Table *table;       /* that of `access` */
	AttributeValue map; /* the item of INSERT, else the key */
	ItemKey key;
	BoundExpression *condition; /* on the item, of UPDATE and DELETE; NULL: none */
	bool return_on_failure;     /* the item, with a failed condition */
	CapacityDetail detail;
	bool settled; /* admitted and paid for: a second attempt is not */
	bool guarded; /* an update that cannot be applied is a failure, not an error */

	/* What became of it. */
	WriteFailure failure;
	bool returns;
	ItemView returned; /* what RETURNING asks for */
	AttributeValue returned_map;
	ConsumedCapacity consumed;
	Throttle throttle; /* what refused it; capacity NULL: nothing */
} StatementWrite;

/*
 * The item or key that the statement writes, and the condition on the item as
 * it is; neither is checked. Raises ValidationException where WHERE leaves the
 * key open.
 */
extern void StatementWriteTarget(const Statement *statement, const Table *table,
                                 AttributeValue *map, BoundExpression **condition);

/*
 * Opens the table with the privileges that the statement takes and checks it against the table.
 * `request` NULL: it has no parameters of its own.
 */
extern void StatementWriteOpen(const OperationContext *context, const Statement *statement,
                               const Structure *request, CapacityDetail detail,
                               StatementWrite *write);

/* Writes the item, or says in `failure` why not. */
extern void StatementWriteItem(StatementWrite *write);

/* The same, where a failure is an error. */
extern void StatementWriteOrFail(const OperationContext *context, StatementWrite *write);

#endif

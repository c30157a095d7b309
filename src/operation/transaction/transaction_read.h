/*
 * Reading the items of a transaction at one instant.
 */
#ifndef DYNAMO_TRANSACTION_READ_H
#define DYNAMO_TRANSACTION_READ_H

#include "expr/expression.h"
#include "operation/transaction/transaction.h"

/* One read of a transaction. */
typedef struct TransactionGet
{
	TransactionItem item;        /* `map` is the key */
	BoundExpression *projection; /* NULL: none */
	BoundExpression *filter;     /* NULL: none */
	Jsonb *stored;               /* NULL: there is no item, or the filter has kept it back */
} TransactionGet;

/* Reads every item, whose table is open, and writes the response. */
extern void TransactionReadAll(Transaction *transaction, JsonWriter *response);

#endif

/*
 * Writing the items of a transaction: all of them, or none.
 */
#ifndef DYNAMO_TRANSACTION_WRITE_H
#define DYNAMO_TRANSACTION_WRITE_H

#include "operation/item_update.h"
#include "operation/transaction.h"

typedef enum TransactionAction
{
	TRANSACTION_CHECK,
	TRANSACTION_PUT,
	TRANSACTION_UPDATE,
	TRANSACTION_DELETE
} TransactionAction;

/* One write of a transaction, or one check. */
typedef struct TransactionWrite
{
	TransactionItem item; /* `map` is the item of a put, else the key */
	TransactionAction action;
	BoundExpression *condition; /* NULL: none */
	BoundExpression *update;    /* of an update */
	bool return_on_failure;     /* the item, with a failed condition */
	Transaction *transaction;
	Jsonb *replacement;
} TransactionWrite;

/* Opens the write's table with the privileges that it takes, and checks the write against it. */
extern void TransactionWriteOpen(Transaction *transaction, TransactionWrite *write);

/*
 * Judges every item and writes them, in the transaction's sorted order. Raises
 * TransactionCanceledException, after which the caller's transaction or
 * subtransaction has to end, and with it whatever was written.
 */
extern void TransactionWriteAll(Transaction *transaction);

#endif

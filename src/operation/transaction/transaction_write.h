/*
 * Writing the items of a transaction: all of them, or none.
 */
#ifndef DYNAMO_TRANSACTION_WRITE_H
#define DYNAMO_TRANSACTION_WRITE_H

#include "model/structure.h"
#include "operation/item/item_update.h"
#include "operation/transaction/transaction.h"

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
	bool must_be_new;           /* a put of an item that is there is DuplicateItem */
	bool passes_absent;         /* the condition is only on an item that is there */
	bool return_on_failure;     /* the item, with a failed condition */
	Transaction *transaction;
	Jsonb *replacement;
} TransactionWrite;

/* Checks the write against its table, which is open. */
extern void TransactionWriteCheck(Transaction *transaction, TransactionWrite *write);

/*
 * Judges every item and writes them, in the transaction's sorted order, unless
 * the request's client token says that it has been done: then the items are only
 * read, to be counted. Returns whether it has. Raises
 * TransactionCanceledException, after which the caller's transaction or
 * subtransaction has to end, and with it all that was written.
 */
extern bool TransactionWriteOnce(Transaction *transaction, const Structure *request);

/* The member that repeats the units of such a transaction. */
extern const char *TransactionUnitsMember(bool repeated);

#endif

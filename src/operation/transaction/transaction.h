/*
 * What the transactional operations have in common: the items that they are
 * about, and the reasons that cancel them.
 */
#ifndef DYNAMO_TRANSACTION_H
#define DYNAMO_TRANSACTION_H

#include "model/structure.h"
#include "operation/access/table_access.h"
#include "operation/context.h"
#include "operation/throughput/throttle.h"
#include "storage/read/read.h"

#define MAX_TRANSACTION_SIZE (4 * 1024 * 1024)

/* Why one item cancels its transaction. */
typedef struct CancellationReason
{
	const char *code; /* NULL: it does not */
	const char *message;
	const Jsonb *item; /* the item as it is, where that was asked for; else NULL */
} CancellationReason;

/* One item of a transaction. Operations embed it as the first member of their own. */
typedef struct TransactionItem
{
	Bytes table_name;   /* as the request spells it */
	AttributeValue map; /* its key, or the whole item */
	TableAccess access;
	Table *table; /* that of `access` */
	bool has_key; /* whether `map` has a key of the table */
	ItemKey key;
	int64 size; /* bytes that count for MAX_TRANSACTION_SIZE: as read, or of the request */
	ConsumedCapacity consumed;
	CancellationReason reason;
} TransactionItem;

typedef struct Transaction
{
	const OperationContext *context;
	int count;
	TransactionItem **items;  /* in the request's order */
	TransactionItem **sorted; /* in the order of their tables and keys, which everybody writes in */
	CapacityDetail detail;
	ConsumptionKind kind;
} Transaction;

/* A transaction of `count` items to be filled in. */
extern Transaction *TransactionCreate(const OperationContext *context, int count,
                                      ConsumptionKind kind, const Structure *request);

/* Opens the item's table. `wanted` says of the action what the transaction does not. */
extern void TransactionOpenItem(Transaction *transaction, TransactionItem *item,
                                AccessRequest wanted);

/* The same; false where there is no such table. */
extern bool TransactionTryOpenItem(Transaction *transaction, TransactionItem *item,
                                   AccessRequest wanted);

/*
 * Checks with `check` that `map` suits the item's table, which is open. What is wrong then is the
 * item's reason; an empty key is an error at once.
 */
extern void TransactionCheckItem(TransactionItem *item, void (*check)(TransactionItem *item));

/* To be called when all are open: sorts them, and rejects two that are the same item. */
extern void TransactionSort(Transaction *transaction);

/*
 * Calls `work`, which holds no resources but memory. A ValidationException that
 * it raises becomes the item's reason; false then.
 */
extern bool TransactionGuard(TransactionItem *item, void (*work)(void *state), void *state);

/*
 * To be called before anything is read or written: an item whose table has no
 * throughput left gets a reason. The transaction is admitted as a whole.
 */
extern void TransactionAdmit(const Transaction *transaction);

/* The reason of an item that is throttled. */
extern void TransactionItemThrottled(TransactionItem *item, const Throttle *throttle);

/* Takes what the items consumed from the buckets, when all of it is done. */
extern void TransactionSettle(const Transaction *transaction);

/* The reason of an item that another transaction holds. */
extern void TransactionItemConflicts(TransactionItem *item);

/* Raises TransactionCanceledException where any item has a reason. */
extern void TransactionCheckReasons(const Transaction *transaction);

/* Rejects more than 4 MB of items, by this text. */
extern void TransactionCheckSize(const Transaction *transaction, const char *text);

/* Raises TransactionCanceledException where an item has a reason, and tells that of the first. */
extern void TransactionCheckFirstReason(Transaction *transaction);

/*
 * Writes the member ConsumedCapacity where it was asked for: what the items
 * consumed, by table, and of the table itself twice. `units` is the member that repeats the units:
 * "ReadCapacityUnits" or "WriteCapacityUnits".
 */
extern void TransactionCapacityMember(JsonWriter *response, const Transaction *transaction,
                                      const char *units);

#endif

/*
 * Writing items one at a time. A decision is made on the newest committed
 * version of the item, under its lock; where another writer came first the
 * decision is asked again on what that one left.
 */
#ifndef DYNAMO_WRITE_H
#define DYNAMO_WRITE_H

#include "storage/write/write_decision.h"

/*
 * Raises TransactionConflictException where the item is held by another
 * transaction for longer than lock_timeout, or has changed since the snapshot
 * of a REPEATABLE READ transaction.
 */
extern void ItemWrite(Table *table, const ItemKey *key, WriteDecision decide, void *state);

/*
 * Runs `writes`, which writes items, as a whole. NULL, or the error that it
 * raised: none of them has happened then, and their locks are gone. No lock is
 * waited for longer than `lock_timeout` milliseconds; 0: than the setting says.
 */
extern ErrorData *ItemWritesTry(void (*writes)(void *state), void *state, int lock_timeout);

/*
 * The same; false where one of them met TransactionConflictException, while
 * other errors go on. Where the transaction has one snapshot the exception is
 * raised too, since a second attempt would meet it again.
 */
extern bool ItemWritesAttempt(void (*writes)(void *state), void *state, int lock_timeout);

/*
 * ItemWrite for one of several items that must be decided on as if at one
 * moment: what the decision saw stays true to the transaction's end, also where
 * it was that there is no item, and to do nothing. False where another
 * transaction holds the item for longer than a short wait; `pauses` counts the
 * time of all of the items together and starts as 0.
 */
extern bool ItemWriteInTransaction(Table *table, const ItemKey *key, WriteDecision decide,
                                   void *state, int *pauses);

#endif

/*
 * Waiting for another transaction that is expected to end at once, without a
 * lock to wait on.
 */
#ifndef DYNAMO_SHORT_WAIT_H
#define DYNAMO_SHORT_WAIT_H

#include "postgres.h"

/*
 * Pauses before another look; `pauses` counts them and starts as 0. False when
 * it has been long enough: 25 ms in all. Checks for interrupts. A process that
 * must not wait raises LockWaitForTransaction instead, for `blocker`, the other
 * transaction (InvalidTransactionId: not known), and in a last attempt is false.
 */
extern bool ShortWait(int *pauses, TransactionId blocker);

#endif

/*
 * Waiting for another transaction that is expected to end at once, without a
 * lock to wait on.
 */
#ifndef DYNAMO_SHORT_WAIT_H
#define DYNAMO_SHORT_WAIT_H

#include "postgres.h"

/*
 * Pauses before another look; `pauses` counts them and starts as 0. False when
 * it has been long enough: 25 ms in all. Checks for interrupts.
 */
extern bool ShortWait(int *pauses);

#endif

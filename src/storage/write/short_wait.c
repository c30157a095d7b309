/*
 * Waiting for another transaction that is expected to end at once. Workers of
 * the HTTP API hold their locks for some microseconds, sessions for as long as
 * their commit takes to be flushed.
 */
#include "storage/write/short_wait.h"

#include "miscadmin.h"

#include "session/lock_wait.h"

/* Microseconds; each pause is twice the one before. */
#define FIRST_PAUSE 100L
#define MAX_PAUSES 8
#define ALL_PAUSES 25 /* milliseconds */

bool
ShortWait(int *pauses, TransactionId blocker)
{
	CHECK_FOR_INTERRUPTS();
	if (LockWaitIsPossible())
		LockWaitForTransaction(blocker, ALL_PAUSES);
	if (*pauses >= MAX_PAUSES || LockWaitIsForbidden())
		return false;
	pg_usleep(FIRST_PAUSE << (*pauses)++);
	return true;
}

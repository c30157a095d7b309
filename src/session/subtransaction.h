/*
 * Work that happens as a whole or not at all inside a transaction.
 */
#ifndef DYNAMO_SUBTRANSACTION_H
#define DYNAMO_SUBTRANSACTION_H

#include "postgres.h"

/*
 * Runs `work` in a subtransaction. NULL, or the error that it raised, palloc'd in the current
 * context: nothing of it has happened then, and its locks are released.
 */
extern ErrorData *SubtransactionTry(void (*work)(void *state), void *state);

/*
 * The same, and also where it raises no error its locks are released and nothing of it has
 * happened: what it has found out is all that stays.
 */
extern ErrorData *SubtransactionLook(void (*work)(void *state), void *state);

#endif

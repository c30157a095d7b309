/*
 * Work of which some errors are an answer about one of several items, not the end
 * of the request.
 */
#ifndef DYNAMO_GUARD_H
#define DYNAMO_GUARD_H

#include "postgres.h"

/*
 * Calls `work`, which holds no resources but memory and locks. NULL, or the error
 * that it raised, palloc'd, where it is `expected`; other errors go on.
 */
extern ErrorData *Guard(void (*work)(void *state), void *state,
                        bool (*expected)(const ErrorData *error));

/* For Guard: what is kept is broken. */
extern bool ErrorIsCorruption(const ErrorData *error);

/* The same of ValidationException: its text. */
extern const char *ValidationGuard(void (*work)(void *state), void *state);

#endif

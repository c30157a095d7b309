/*
 * Work whose ValidationException is an answer about one of several items, not
 * the end of the request.
 */
#ifndef DYNAMO_GUARD_H
#define DYNAMO_GUARD_H

#include "postgres.h"

/*
 * Calls `work`, which holds no resources but memory. NULL, or the text of the
 * ValidationException that it raised, palloc'd; other errors go on.
 */
extern const char *ValidationGuard(void (*work)(void *state), void *state);

#endif

/*
 * Passes connections from a worker that is full to one that has room. The kernel
 * spreads connections over the workers' sockets and knows nothing of their limits.
 */
#ifndef DYNAMO_HTTP_HANDOVER_H
#define DYNAMO_HTTP_HANDOVER_H

#include "postgres.h"

/* At server start, in the postmaster. */
extern void HandoverInit(void);

/* At a worker's start. `take` is given each connection that others pass on, to keep or close. */
extern void HandoverStart(int worker, void (*take)(int fd));

/* How many connections this worker has and may still take. Watches for others' while there are any.
 */
extern void HandoverSetRoom(int connections, int room);

/*
 * Passes the connection to a worker with room, or refuses it. Closes the descriptor in
 * any case. Raises no error.
 */
extern void HandoverGive(int fd);

/* Connections that this worker has refused. */
extern uint64 HandoverRefused(void);

#endif

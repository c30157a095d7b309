/*
 * Connections that the server has closed while their clients may still send. To close
 * a socket that has unread input resets the connection, and a client that is busy
 * sending would see that in place of its answer.
 */
#ifndef DYNAMO_HTTP_LINGER_H
#define DYNAMO_HTTP_LINGER_H

#include "postgres.h"

/*
 * Keeps a socket that is about to be closed open, shut for sending, and reads on for
 * a while. Raises no error; does nothing where there is no memory or descriptor.
 */
extern void LingerTake(int fd);

/* Closes those that have lingered for long. Once in each turn of the worker's loop. */
extern void LingerTurn(void);

/* Milliseconds until LingerTurn should be called, at most `wait`. */
extern long LingerWait(long wait);

#endif

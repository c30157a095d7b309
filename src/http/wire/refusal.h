/*
 * Answers of a few bytes that end a connection: to what is no sound request, and
 * to what there is no room for. They are written to the socket directly, so that
 * they can be given at any moment, a body still arriving included.
 */
#ifndef DYNAMO_HTTP_REFUSAL_H
#define DYNAMO_HTTP_REFUSAL_H

#include "postgres.h"

#define REFUSAL_SIZE 512

/* Writes an answer with the status and "Connection: close", and its NUL; its length. */
extern int RefusalWrite(int status, char answer[REFUSAL_SIZE]);

/*
 * Sends an answer with the status and "Connection: close", as far as the socket
 * takes it. The caller closes the connection. Raises no error.
 */
extern void RefusalSend(int fd, int status);

#endif

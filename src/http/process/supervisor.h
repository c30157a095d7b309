/*
 * The supervisor: one process that starts and stops the HTTP workers and the
 * flusher, as the settings say.
 */
#ifndef DYNAMO_HTTP_SUPERVISOR_H
#define DYNAMO_HTTP_SUPERVISOR_H

/* At server start. */
extern void SupervisorRegister(void);

#endif

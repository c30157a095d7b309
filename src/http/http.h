/*
 * DynamoDB's HTTP API, served by background workers. What the rest of dynamo
 * may call of it.
 */
#ifndef DYNAMO_HTTP_H
#define DYNAMO_HTTP_H

/*
 * Defines the settings and registers the supervisor of the workers. Does nothing unless the
 * library is being loaded by shared_preload_libraries.
 */
extern void HttpInit(void);

#endif

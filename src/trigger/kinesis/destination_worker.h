/*
 * The worker that sends the changes of one database's tables to their destinations.
 */
#ifndef DYNAMO_DESTINATION_WORKER_H
#define DYNAMO_DESTINATION_WORKER_H

/* Defines settings and asks for shared memory while the server starts. */
extern void DestinationsInit(void);

/* In a round of maintenance, in a transaction: starts a worker where there is none and one is due.
 */
extern void DestinationsStartWanted(void);

#endif

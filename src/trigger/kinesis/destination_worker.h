/*
 * The worker that sends the changes of one database's tables to their destinations.
 */
#ifndef DYNAMO_DESTINATION_WORKER_H
#define DYNAMO_DESTINATION_WORKER_H

/* Defines settings, and adds the job of maintenance that starts workers. */
extern void DestinationsInit(void);

#endif

/*
 * HTTP requests that wait, as other processes see them: for a lock, parked, or for their answer to
 * become durable.
 *
 * Each worker has a board of a fixed number of places; what finds none is not shown.
 */
#ifndef DYNAMO_METRICS_BOARD_H
#define DYNAMO_METRICS_BOARD_H

#include "metrics/series.h"

#define BOARD_MAX_ADDRESS 63

typedef struct BoardEntry
{
	int pid; /* of the worker */
	Oid role;
	TimestampTz since; /* it waits */
	char operation[METRICS_MAX_OPERATION + 1];
	char request_id[METRICS_MAX_REQUEST_ID + 1];
	char address[BOARD_MAX_ADDRESS + 1]; /* of the client; "": not known */
	char table[METRICS_MAX_NAME + 1];    /* "": none, or several */
} BoardEntry;

/* Requests of a worker, now. */
typedef struct BoardGauges
{
	uint32 open;   /* whole, and not yet answered */
	uint32 parked; /* of them: wait for a lock */
	uint32 held;   /* of them: have run, and wait to become durable; 1 stands for any number */
	uint64 parked_ever;
} BoardGauges;

/* While the library is being preloaded: reserves the shared memory. */
extern void BoardInit(void);

/* In an HTTP worker, by its number, at its start: nothing waits. */
extern void BoardAttach(int worker);

/* A request is parked, and is no more; by its request id. */
extern void BoardPut(const BoardEntry *entry);
extern void BoardRemove(const char *request_id);

/* Once in a turn of the worker's loop. */
extern void BoardShow(uint32 open, uint32 parked, uint32 held);

/* All entries, palloc'd. */
extern BoardEntry *BoardList(int *count);

/* Of all workers together. */
extern BoardGauges BoardSum(void);

#endif

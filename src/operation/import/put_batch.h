/*
 * Putting the items of records into a table that is there, by PutItem: with conditions, streams,
 * indexes, policies and the caller's privileges.
 *
 * Records are put in batches: all of a batch at once, and where one of them is refused each of them
 * by itself, so that what is refused costs no more than that.
 */
#ifndef DYNAMO_PUT_BATCH_H
#define DYNAMO_PUT_BATCH_H

#include "transfer/import/import_job.h"
#include "transfer/import/input.h"
#include "operation/context.h"

#define PUT_BATCH_RECORDS 100
#define PUT_BATCH_BYTES (1024 * 1024)

typedef struct PutBatch
{
	InputSource *source;
	Bytes table;
	MemoryContext context; /* of the records of the batch */
	int count;
	int done; /* of the count */
	InputRecord records[PUT_BATCH_RECORDS];
	int64 processed; /* records */
	int64 written;   /* items */
	int64 failed; /* records that were refused; those whose condition failed are not among them */
	int64 put_bytes; /* of the items written */
	/* Is told of each record that was refused, in the transaction; `error` NULL: of a fault. */
	void (*refused)(void *state, const InputRecord *record, const ErrorData *error);
	void *state;
} PutBatch;

/* The members above that say what to do are the caller's; the context is made here. */
extern void PutBatchInit(PutBatch *batch);

/* Reads the next records; false at the end of the input. */
extern bool PutBatchRead(PutBatch *batch);

/*
 * Puts those that are not done, as the current role. False where one met another transaction or a
 * limit of throughput, so that it is to be tried again later. Errors that no record has are raised.
 */
extern bool PutBatchRun(PutBatch *batch);

/* Whether the condition of the record did not hold. */
extern bool IsConditionFailure(const ErrorData *error);

#endif

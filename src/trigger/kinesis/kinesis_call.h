/*
 * Calls of Kinesis: requests, and what their answers say (API reference of Kinesis Data Streams).
 */
#ifndef DYNAMO_KINESIS_CALL_H
#define DYNAMO_KINESIS_CALL_H

#include "lib/stringinfo.h"

#include "trigger/endpoint/endpoint_call.h"

/* What a request's limits let through: PutRecords takes 500 records, 5 MB, 1 MB a record. */
#define KINESIS_MAX_RECORDS 500
#define KINESIS_MAX_RECORD_BYTES (1024 * 1024 - KINESIS_KEY_LENGTH)
#define KINESIS_KEY_LENGTH 32 /* of the partition keys that records are given here */

/* A stream as its ARN names it. */
typedef struct KinesisStream
{
	char *region;
	char *name;
} KinesisStream;

/* Reads arn:PARTITION:kinesis:REGION:ACCOUNT:stream/NAME, palloc'd; false for another ARN. */
extern bool KinesisStreamRead(const char *arn, KinesisStream *stream);

/* Starts DescribeStreamSummary, or a request whose body is given: "PutRecords". */
extern EndpointCall *KinesisCallStart(EndpointCalls *calls, const char *action, Bytes body,
                                      const EndpointSignature *signature, int timeout, void *tag);

/* The body of DescribeStreamSummary. */
extern Bytes KinesisDescribeBody(const KinesisStream *stream);

/* The body of PutRecords, from beginning to end. */
extern void KinesisPutBegin(StringInfo body, const KinesisStream *stream);
extern void KinesisPutAppend(StringInfo body, const char *partition_key, Bytes data);
extern void KinesisPutEnd(StringInfo body);

/* NULL, or what an answer or its lack says, one line, palloc'd. */
extern char *KinesisFault(const EndpointResult *result);

/* Whether the service says that the stream can be written; false where it is not to be understood.
 */
extern bool KinesisStreamIsActive(const EndpointResult *result);

/*
 * Which of the `count` records an answer of PutRecords has taken. NULL, or the fault that the last
 * of the others has met, palloc'd; where the answer cannot be understood none is taken.
 */
extern char *KinesisPutTaken(const EndpointResult *result, bool *taken, int count);

#endif

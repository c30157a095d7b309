/*
 * Writing the change log: for the capture worker alone.
 *
 * A transaction appends the chunks of one flush, one or more a shard, each of changes behind those
 * that the log has. It opens only the log's own tables, by oid, and writes them so that logical
 * decoding never sees them: the worker's caches are filled from historic catalogs, and must not be
 * mixed up with those of now.
 */
#ifndef DYNAMO_LOG_WRITE_H
#define DYNAMO_LOG_WRITE_H

#include "change/log/chunk.h"

/* A partition of dynamo.change_log. */
typedef struct LogSegment
{
	int32 number;
	Oid relation;
} LogSegment;

/* What a chunk has, beside its changes. */
typedef struct ChunkRow
{
	Oid leaf;
	int64 label; /* of the stream that the table had */
	SequenceNumber first;
	SequenceNumber last;
	TimestampTz first_time;
	TimestampTz last_time;
	int count;
	int length;    /* unpacked */
	bytea *packed; /* by ChunkPack */
} ChunkRow;

/*
 * In a transaction, before this process decodes anything: finds the log's tables, and the segment
 * that changes of the epoch go to, which are to follow those that it has. False where the epoch has
 * none yet. Raises undefined_table where the log is not there.
 */
extern bool LogWriteStart(uint32 epoch, LogSegment *segment);

/* Appends a chunk to the segment, in a transaction. */
extern void LogAppend(const LogSegment *segment, const ChunkRow *row);

/* Notes in dynamo.change_segment that the segment begins with the position. */
extern void LogBeginSegment(const LogSegment *segment, const SequenceNumber *first);

#endif

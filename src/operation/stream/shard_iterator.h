/*
 * Shard iterators: "STREAM ARN|1|OPAQUE". The opaque part is sealed
 * (operation/read/sealed_position.h) for the stream: nobody can make one up, or change it, or use
 * it for another stream.
 */
#ifndef DYNAMO_SHARD_ITERATOR_H
#define DYNAMO_SHARD_ITERATOR_H

#include "storage/stream/sequence_number.h"

#include "datatype/timestamp.h"

typedef struct ShardIterator
{
	Bytes arn; /* of the stream */
	int64 shard;
	SequenceNumber position; /* reading goes on at or after it */
	bool trim_horizon;       /* and where retention has dropped that, with the oldest there is */
	TimestampTz made;
} ShardIterator;

/* The text, palloc'd; `made` is now. */
extern char *ShardIteratorText(const ShardIterator *iterator);

/*
 * Reads a text, which `arn` then points into. Raises ValidationException for what ShardIteratorText
 * has not made, and ExpiredIteratorException for what it made more than 15 minutes ago.
 */
extern ShardIterator ShardIteratorRead(Bytes text);

#endif

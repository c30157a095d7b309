/*
 * Shard iterators: "STREAM ARN|1|OPAQUE". The opaque part has a tag by a key that follows from the
 * database's secret: an iterator cannot be made up, changed, or used for another stream or by
 * another identity than it was given to.
 */
#ifndef DYNAMO_SHARD_ITERATOR_H
#define DYNAMO_SHARD_ITERATOR_H

#include "auth/identity.h"
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

/* The text for the identity, palloc'd; `made` is now. */
extern char *ShardIteratorText(const Identity *identity, const ShardIterator *iterator);

/*
 * Reads a text, which `arn` then points into. Raises ValidationException for what ShardIteratorText
 * has not made for the identity, and ExpiredIteratorException for what it made more than 15 minutes
 * ago.
 */
extern ShardIterator ShardIteratorRead(const Identity *identity, Bytes text);

#endif

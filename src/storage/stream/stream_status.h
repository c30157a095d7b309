/*
 * What a stream can be said to be in, by the API's words.
 */
#ifndef DYNAMO_STREAM_STATUS_H
#define DYNAMO_STREAM_STATUS_H

#include "storage/stream/stream_catalog.h"

typedef enum StreamStatus
{
	STREAM_ENABLING, /* changes are not captured yet: the database's slot is yet to be made */
	STREAM_ENABLED,
	STREAM_DISABLING, /* its shards are about to be closed */
	STREAM_DISABLED
} StreamStatus;

/* `shards` are all of the stream's. */
extern StreamStatus StreamStatusOf(const StreamRow *row, const List *shards);

/* "ENABLING" and so on. */
extern const char *StreamStatusName(StreamStatus status);

/*
 * Whether a stream of this database that is enabled will be ready by itself, and is not yet. False
 * also where the server's settings must be changed first.
 */
extern bool StreamIsComing(void);

#endif

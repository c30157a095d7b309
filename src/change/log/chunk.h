/*
 * Chunks: runs of changes of one shard, as the log stores them.
 *
 * A chunk is compressed by lz4 as one block. Unpacked it is one entry after the other, each of a
 * header, a stamp where it has one, the old item and the new one as jsonb, all aligned to 4 bytes
 * in the order of the machine. A chunk's epoch is that of its segment.
 */
#ifndef DYNAMO_CHUNK_H
#define DYNAMO_CHUNK_H

#include "storage/stream/sequence_number.h"

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* Changes are gathered up to here, and then written as a chunk. One change may be larger. */
#define CHUNK_FULL (64 * 1024)

typedef struct LoggedChange
{
	SequenceNumber sequence;
	TimestampTz time; /* of the commit */
	TransactionId transaction;
	bool by_service; /* deleted by time to live */
	bool
	    truncates; /* all items of the shard at once, which WAL does not have; the items are NULL */
	bool restamps; /* the items are the same: for regions alone, and no change to others */
	int64 stamp;   /* of the change in a global table; 0: it has none */
	const Jsonb *old_item; /* NULL: INSERT */
	const Jsonb *new_item; /* NULL: REMOVE */
} LoggedChange;

/* Appends the change to an unpacked chunk, which begins as an empty StringInfo. */
extern void ChunkAppend(StringInfo chunk, const LoggedChange *change);

/* The chunk compressed, palloc'd. The caller keeps the length of `chunk`. */
extern bytea *ChunkPack(const StringInfoData *chunk);

typedef struct ChunkReader
{
	uint32 epoch;
	char *next; /* aligned */
	char *end;
} ChunkReader;

/*
 * Unpacks a chunk, in the current context, which must outlive what ChunkNext gives. Both raise
 * data_corrupted for what is no chunk of this length.
 */
extern void ChunkReaderInit(ChunkReader *reader, uint32 epoch, const bytea *packed, int length);

/* The next change, whose items lie in the reader's memory; false at the end. */
extern bool ChunkNext(ChunkReader *reader, LoggedChange *change);

#endif

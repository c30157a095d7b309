/*
 * The image of a table: its items as rows of dynamo.backup_chunk.
 *
 * A chunk holds items of one leaf, up to IMAGE_CHUNK_FULL bytes of them and one item more, one
 * after the other as they are stored, each aligned to 4 bytes in the order of the machine. It is
 * compressed by zstd as one frame, and has a checksum of what was before. Chunks are numbered from
 * 0, leaf after leaf. Rows are opened by the extension's own rights; nothing of them is decoded by
 * readers of WAL.
 */
#ifndef DYNAMO_IMAGE_H
#define DYNAMO_IMAGE_H

#include "postgres.h"

#include "access/genam.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#define IMAGE_CHUNK_FULL (256 * 1024)

/* Writes one image, in one transaction. */
typedef struct ImageWriter
{
	int64 backup;
	Relation relation;
	MemoryContext context; /* of the chunk that is being written */
	StringInfoData chunk;
	int leaf;     /* of the chunk */
	int in_chunk; /* items */
	/* What has been written. */
	int64 chunks;
	int64 checksum; /* over the checksums of chunks, in their order */
} ImageWriter;

extern void ImageWriterOpen(ImageWriter *writer, int64 backup);
extern void ImageAppend(ImageWriter *writer, int leaf, const Jsonb *item);
/* Writes the last chunk; the counts are whole then. */
extern void ImageWriterClose(ImageWriter *writer);

/* Reads an image in the order of its chunks. */
typedef struct ImageReader
{
	Relation relation;
	Relation index;
	Snapshot snapshot;
	SysScanDesc scan;
	MemoryContext context; /* of the chunk that is read */
	char *next;            /* of the chunk; aligned */
	char *end;
	int left; /* items of it */
	int leaf;
	/* What has been read. */
	int64 items;
	int64 chunks;
	int64 checksum;
} ImageReader;

extern void ImageReaderOpen(ImageReader *reader, int64 backup);

/*
 * The next item, which is good until the next call, and its leaf; NULL at the end. Raises
 * data_corrupted for a chunk that is not what was written.
 */
extern const Jsonb *ImageNext(ImageReader *reader, int *leaf);

extern void ImageReaderClose(ImageReader *reader);

#endif

/*
 * The bytes of an input object, which may be compressed by gzip or zstd.
 *
 * Nothing is read ahead but a buffer, so that what a small object expands to takes time, which can
 * be interrupted, and no memory. zstd frames that want more than ZSTD_WINDOW_LOG of memory are
 * refused. Everything lives in the context that the stream was opened in: resetting it ends the
 * stream, after errors too.
 */
#ifndef DYNAMO_INPUT_STREAM_H
#define DYNAMO_INPUT_STREAM_H

#include "postgres.h"

typedef enum InputCompression
{
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_ZSTD
} InputCompression;

typedef struct InputStream InputStream;

/* Gives the next bytes of the object as it is stored, `room` at most; 0 at the end. */
typedef size_t (*InputRead)(void *source, char *buffer, size_t room);

extern InputStream *InputStreamOpen(InputCompression compression, InputRead read, void *source);

/*
 * The next bytes, decompressed, `room` at most; 0 at the end. Raises SerializationException where
 * the object is not compressed as was said, or ends too early.
 */
extern size_t InputStreamRead(InputStream *stream, char *buffer, size_t room);

/* The bytes that the source has given so far. */
extern int64 InputStreamTaken(const InputStream *stream);

extern void InputStreamClose(InputStream *stream);

#endif

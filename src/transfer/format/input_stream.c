/*
 * See input_stream.h.
 */
#include "transfer/format/input_stream.h"

#include <zlib.h>
#include <zstd.h>

#include "compat.h"
#include "error/error.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define INPUT_SIZE (64 * 1024)
#define GZIP_WINDOW (MAX_WBITS + 16) /* gzip's frame, not zlib's own */
#define ZSTD_WINDOW_LOG 27           /* 128 MB: what zstd's own tools take without being told */

struct InputStream
{
	InputRead read;
	void *source;
	size_t (*decompress)(InputStream *stream, char *buffer, size_t room); /* NULL: none */
	MemoryContext context;                                                /* of the stream alone */
	MemoryContextCallback release;
	z_stream gzip;
	ZSTD_DCtx *zstd;
	char *input; /* that has been read and is not decompressed yet */
	size_t length;
	size_t used;
	bool in_frame; /* between the beginning and the end of a gzip member or zstd frame */
	int64 taken;
};

pg_noreturn static void
RaiseMalformed(const char *what)
{
	DynamoError(EXCEPTION_SERIALIZATION, "The object cannot be decompressed: %s", what);
	pg_unreachable();
}

/* Reads on where all has been used; false at the end of the object. */
static bool
FillInput(InputStream *stream)
{
	if (stream->used < stream->length)
		return true;
	CHECK_FOR_INTERRUPTS();
	stream->used = 0;
	stream->length = stream->read(stream->source, stream->input, INPUT_SIZE);
	stream->taken += stream->length;
	return stream->length > 0;
}

/* --- gzip --- */

/* zlib has no way to pass an error on. */
static voidpf
GzipAllocate(voidpf context, uInt items, uInt size)
{
	return MemoryContextAllocExtended(context, (Size) items * size, MCXT_ALLOC_NO_OOM);
}

static void
GzipFree(voidpf context, voidpf address)
{
	pfree(address);
}

static void
GzipOpen(InputStream *stream)
{
	stream->gzip.zalloc = GzipAllocate;
	stream->gzip.zfree = GzipFree;
	stream->gzip.opaque = stream->context;
	if (inflateInit2(&stream->gzip, GZIP_WINDOW) != Z_OK)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

/* One call of zlib; the number of bytes that came out. */
static size_t
GzipStep(InputStream *stream, char *buffer, size_t room)
{
	int result;

	stream->in_frame = true;
	stream->gzip.next_in = (Bytef *) stream->input + stream->used;
	stream->gzip.avail_in = stream->length - stream->used;
	stream->gzip.next_out = (Bytef *) buffer;
	stream->gzip.avail_out = room;
	result = inflate(&stream->gzip, Z_NO_FLUSH);
	stream->used = stream->length - stream->gzip.avail_in;
	if (result == Z_STREAM_END)
	{
		stream->in_frame = false; /* another member may follow */
		result = inflateReset2(&stream->gzip, GZIP_WINDOW);
	}
	if (result == Z_MEM_ERROR)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	if (result != Z_OK && result != Z_BUF_ERROR)
		RaiseMalformed("it is not in the format of gzip");
	return room - stream->gzip.avail_out;
}

/* --- zstd --- */

static void
ZstdRelease(void *stream)
{
	ZSTD_freeDCtx(((InputStream *) stream)->zstd);
}

static void
ZstdOpen(InputStream *stream)
{
	stream->zstd = ZSTD_createDCtx();
	if (stream->zstd == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	stream->release.func = ZstdRelease;
	stream->release.arg = stream;
	MemoryContextRegisterResetCallback(stream->context, &stream->release);
	ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

static size_t
ZstdStep(InputStream *stream, char *buffer, size_t room)
{
	ZSTD_inBuffer in = { stream->input, stream->length, stream->used };
	ZSTD_outBuffer out = { buffer, room, 0 };
	size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);

	if (ZSTD_isError(result))
		RaiseMalformed(ZSTD_getErrorName(result));
	stream->used = in.pos;
	stream->in_frame = result != 0;
	return out.pos;
}

/* --- all --- */

InputStream *
InputStreamOpen(InputCompression compression, InputRead read, void *source)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo input object", ALLOCSET_DEFAULT_SIZES);
	InputStream *stream = MemoryContextAllocZero(context, sizeof(InputStream));

	stream->read = read;
	stream->source = source;
	stream->context = context;
	if (compression == COMPRESSION_NONE)
		return stream;
	stream->input = MemoryContextAlloc(context, INPUT_SIZE);
	stream->decompress = compression == COMPRESSION_GZIP ? GzipStep : ZstdStep;
	if (compression == COMPRESSION_GZIP)
		GzipOpen(stream);
	else
		ZstdOpen(stream);
	return stream;
}

size_t
InputStreamRead(InputStream *stream, char *buffer, size_t room)
{
	size_t length;

	if (stream->decompress == NULL)
	{
		CHECK_FOR_INTERRUPTS();
		length = stream->read(stream->source, buffer, room);
		stream->taken += length;
		return length;
	}
	for (;;)
	{
		bool more = FillInput(stream);

		if (!more && !stream->in_frame)
			return 0;
		/* At the end of the object what is left inside may still come out. */
		length = stream->decompress(stream, buffer, room);
		if (length > 0)
			return length;
		if (!more && stream->in_frame)
			RaiseMalformed("it ends too early");
	}
}

int64
InputStreamTaken(const InputStream *stream)
{
	return stream->taken;
}

void
InputStreamClose(InputStream *stream)
{
	MemoryContextDelete(stream->context);
}

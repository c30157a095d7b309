/*
 * gzip by zlib. Each direction has one stream a process, reset for each use:
 * setting one up costs more than packing a small body.
 */
#include "http/gzip.h"

#include <zlib.h>

#include "miscadmin.h"

#define GZIP_WINDOW (15 + 16) /* zlib's way to ask for gzip's framing */
#define INFLATE_FIRST_STEP 8192

static z_stream *
InflateStream(void)
{
	static z_stream stream;
	static bool ready = false;

	if (!ready && inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		elog(ERROR, "could not set up zlib to inflate");
	ready = true;
	inflateReset(&stream);
	return &stream;
}

GunzipResult
Gunzip(Bytes packed, int limit, Bytes *plain)
{
	z_stream *stream = InflateStream();
	/* One byte over the limit tells a body of exactly that size from a longer one. */
	int room = Min(limit + 1, Max(packed.length * 4, INFLATE_FIRST_STEP));
	char *out = palloc(room);
	int status;

	stream->next_in = (Bytef *) packed.data;
	stream->avail_in = packed.length;
	stream->next_out = (Bytef *) out;
	stream->avail_out = room;
	while ((status = inflate(stream, Z_NO_FLUSH)) == Z_OK && stream->avail_out == 0 &&
	       room <= limit)
	{
		int filled = room;

		room = Min(limit + 1, room * 2);
		out = repalloc(out, room);
		stream->next_out = (Bytef *) out + filled;
		stream->avail_out = room - filled;
	}

	plain->data = out;
	plain->length = room - stream->avail_out;
	if (plain->length > limit)
		return GUNZIP_TOO_LARGE;
	return status == Z_STREAM_END && stream->avail_in == 0 ? GUNZIP_OK : GUNZIP_CORRUPT;
}

static z_stream *
DeflateStream(void)
{
	static z_stream stream;
	static bool ready = false;

	if (!ready && deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, MAX_MEM_LEVEL,
	                           Z_DEFAULT_STRATEGY) != Z_OK)
		elog(ERROR, "could not set up zlib to deflate");
	ready = true;
	deflateReset(&stream);
	return &stream;
}

bool
GzipReplace(StringInfo text)
{
	z_stream *stream = DeflateStream();
	char *out = palloc(text->len);

	stream->next_in = (Bytef *) text->data;
	stream->avail_in = text->len;
	stream->next_out = (Bytef *) out;
	stream->avail_out = text->len;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END)
	{
		pfree(out);
		return false;
	}
	pfree(text->data);
	text->data = out;
	text->maxlen = text->len;
	text->len -= stream->avail_out;
	return true;
}

/*
 * gzip by libdeflate, which works on whole buffers. Its states are made once a
 * process: setting one up costs more than packing a small body.
 */
#include "http/wire/gzip.h"

#include <libdeflate.h>

#define FASTEST 1
#define MIN_STREAM_LENGTH 18 /* of gzip's header and trailer */

/* The last four bytes of a stream are the length of its plain text, modulo 2^32. */
static uint32
StatedLength(Bytes packed)
{
	const uint8 *p = (const uint8 *) packed.data + packed.length - 4;

	return p[0] | p[1] << 8 | p[2] << 16 | (uint32) p[3] << 24;
}

GunzipResult
Gunzip(Bytes packed, int limit, Bytes *plain)
{
	static struct libdeflate_decompressor *decompressor = NULL;
	enum libdeflate_result result;
	uint32 length;
	size_t room;
	size_t used;
	char *out;

	if (decompressor == NULL && (decompressor = libdeflate_alloc_decompressor()) == NULL)
		elog(ERROR, "could not set up libdeflate to unpack");
	if (packed.length < MIN_STREAM_LENGTH)
		return GUNZIP_CORRUPT;

	length = StatedLength(packed);
	room = Min(length, (uint32) limit);
	out = palloc(room);
	result = libdeflate_gzip_decompress_ex(decompressor, packed.data, packed.length, out, room,
	                                       &used, NULL);
	if (result == LIBDEFLATE_INSUFFICIENT_SPACE && length > room)
		return GUNZIP_TOO_LARGE;
	*plain = (Bytes){ out, room };
	return result == LIBDEFLATE_SUCCESS && used == packed.length ? GUNZIP_OK : GUNZIP_CORRUPT;
}

bool
GzipReplace(StringInfo text)
{
	static struct libdeflate_compressor *compressor = NULL;
	char *out;
	size_t length;

	if (compressor == NULL && (compressor = libdeflate_alloc_compressor(FASTEST)) == NULL)
		elog(ERROR, "could not set up libdeflate to pack");
	out = palloc(text->len);
	length = libdeflate_gzip_compress(compressor, text->data, text->len, out, text->len);
	if (length == 0)
	{
		pfree(out);
		return false;
	}
	pfree(text->data);
	text->data = out;
	text->maxlen = text->len;
	text->len = length;
	return true;
}

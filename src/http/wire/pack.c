/*
 * gzip and deflate by libdeflate, which works on whole buffers. Its states are made once a
 * process: setting one up costs more than packing a small body.
 *
 * A gzip may be several members one after the other, and what it unpacks to is not known before:
 * the room for it doubles until it is enough or the limit is reached.
 */
#include "http/wire/pack.h"

#include <libdeflate.h>

#include "miscadmin.h"

#define FASTEST 1
#define FIRST_ROOM 4096
#define LEAST_GZIP_LENGTH 18 /* of a member's header and trailer */

typedef struct Unpacking
{
	Coding coding;
	const char *in;
	size_t in_length;
	char *out;
	size_t room;
	size_t used; /* of out */
} Unpacking;

/*
 * The last four bytes of a gzip are the length of what its last member holds, modulo 2^32: of all
 * in the common case.
 */
static uint32
StatedLength(Bytes packed)
{
	const uint8 *p = (const uint8 *) packed.data + packed.length - 4;

	return p[0] | p[1] << 8 | p[2] << 16 | (uint32) p[3] << 24;
}

static size_t
FirstRoom(Coding coding, Bytes packed)
{
	return coding == CODING_GZIP && packed.length >= LEAST_GZIP_LENGTH ? StatedLength(packed)
	                                                                   : FIRST_ROOM;
}

static enum libdeflate_result
UnpackMember(Unpacking *unpacking)
{
	static struct libdeflate_decompressor *decompressor = NULL;
	char *out = unpacking->out + unpacking->used;
	size_t room = unpacking->room - unpacking->used;
	enum libdeflate_result result;
	size_t taken;
	size_t made;

	if (decompressor == NULL && (decompressor = libdeflate_alloc_decompressor()) == NULL)
		elog(ERROR, "could not set up libdeflate to unpack");
	if (unpacking->coding == CODING_GZIP)
		result = libdeflate_gzip_decompress_ex(decompressor, unpacking->in, unpacking->in_length,
		                                       out, room, &taken, &made);
	else
		result = libdeflate_zlib_decompress_ex(decompressor, unpacking->in, unpacking->in_length,
		                                       out, room, &taken, &made);
	if (result == LIBDEFLATE_SUCCESS)
	{
		unpacking->in += taken;
		unpacking->in_length -= taken;
		unpacking->used += made;
	}
	return result;
}

UnpackResult
Unpack(Coding coding, Bytes packed, int limit, Bytes *plain)
{
	Unpacking unpacking = { coding, packed.data, packed.length };
	int members = 0;

	unpacking.room = Min(FirstRoom(coding, packed), limit);
	unpacking.out = palloc(unpacking.room);
	while (members == 0 || unpacking.in_length > 0)
	{
		enum libdeflate_result result;

		CHECK_FOR_INTERRUPTS();
		if (members > 0 && coding != CODING_GZIP)
			return UNPACK_CORRUPT;
		result = UnpackMember(&unpacking);
		if (result == LIBDEFLATE_SUCCESS)
			members++;
		else if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
			return UNPACK_CORRUPT;
		else if (unpacking.room >= limit)
			return UNPACK_TOO_LARGE;
		else
		{
			unpacking.room = Min(Max(unpacking.room * 2, FIRST_ROOM), limit);
			unpacking.out = repalloc(unpacking.out, unpacking.room);
		}
	}
	*plain = (Bytes){ unpacking.out, unpacking.used };
	return UNPACK_OK;
}

bool
PackReplace(Coding coding, StringInfo text)
{
	static struct libdeflate_compressor *compressor = NULL;
	char *out;
	size_t length;

	if (compressor == NULL && (compressor = libdeflate_alloc_compressor(FASTEST)) == NULL)
		elog(ERROR, "could not set up libdeflate to pack");
	out = palloc(text->len);
	length = coding == CODING_GZIP
	             ? libdeflate_gzip_compress(compressor, text->data, text->len, out, text->len)
	             : libdeflate_zlib_compress(compressor, text->data, text->len, out, text->len);
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

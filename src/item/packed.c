#include "item/packed.h"

#include <lz4.h>

#include "utils/memutils.h"

#define ACCELERATION 1 /* lz4's own default */

bytea *
BytesPack(const StringInfoData *bytes)
{
	static LZ4_stream_t *stream; /* kept: a new one is 16 kB to clear */
	int room = LZ4_compressBound(bytes->len);
	bytea *packed = palloc(VARHDRSZ + room);
	int length;

	if (stream == NULL)
		stream = LZ4_createStream();
	if (stream == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	LZ4_resetStream_fast(stream);
	length = LZ4_compress_fast_continue(stream, bytes->data, VARDATA(packed), bytes->len, room,
	                                    ACCELERATION);
	if (length <= 0)
		elog(ERROR, "lz4 did not compress %d bytes", bytes->len);
	SET_VARSIZE(packed, VARHDRSZ + length);
	return packed;
}

char *
BytesUnpack(const bytea *packed, int length)
{
	char *bytes;

	if (length <= 0 || !AllocSizeIsValid(length))
		return NULL;
	bytes = palloc(length);
	if (LZ4_decompress_safe(VARDATA_ANY(packed), bytes, VARSIZE_ANY_EXHDR(packed), length) ==
	    length)
		return bytes;
	pfree(bytes);
	return NULL;
}

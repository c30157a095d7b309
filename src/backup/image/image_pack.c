/*
 * See image_pack.h.
 */
#include "backup/image/image_pack.h"

#include <zstd.h>

#include "compat.h"
#include "utils/memutils.h"

#define LEVEL 3 /* zstd's own default */

/* Both are kept: the process is a worker that makes many chunks, and ends. */
static ZSTD_CCtx *compression;
static ZSTD_DCtx *decompression;

pg_noreturn static void
RaiseOutOfMemory(void)
{
	ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

bytea *
ImagePack(const StringInfoData *bytes)
{
	size_t room = ZSTD_compressBound(bytes->len);
	bytea *packed = palloc(VARHDRSZ + room);
	size_t length;

	if (compression == NULL)
		compression = ZSTD_createCCtx();
	if (compression == NULL)
		RaiseOutOfMemory();
	length = ZSTD_compressCCtx(compression, VARDATA(packed), room, bytes->data, bytes->len, LEVEL);
	if (ZSTD_isError(length))
		elog(ERROR, "zstd did not compress %d bytes: %s", bytes->len, ZSTD_getErrorName(length));
	SET_VARSIZE(packed, VARHDRSZ + length);
	return packed;
}

char *
ImageUnpack(const bytea *packed, int length)
{
	char *bytes;

	if (length <= 0 || !AllocSizeIsValid(length))
		return NULL;
	if (decompression == NULL)
		decompression = ZSTD_createDCtx();
	if (decompression == NULL)
		RaiseOutOfMemory();
	bytes = palloc(length);
	if (ZSTD_decompressDCtx(decompression, bytes, length, VARDATA_ANY(packed),
	                        VARSIZE_ANY_EXHDR(packed)) == (size_t) length)
		return bytes;
	pfree(bytes);
	return NULL;
}

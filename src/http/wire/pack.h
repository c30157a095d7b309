/*
 * Packs and unpacks bodies of requests and responses.
 */
#ifndef DYNAMO_HTTP_PACK_H
#define DYNAMO_HTTP_PACK_H

#include "http/wire/coding.h"
#include "item/value.h"

#include "lib/stringinfo.h"

typedef enum UnpackResult
{
	UNPACK_OK,
	UNPACK_CORRUPT,
	UNPACK_TOO_LARGE
} UnpackResult;

/*
 * Unpacks the members of a gzip, or what is deflated, to at most `limit` bytes, palloc'd in the
 * current context.
 */
extern UnpackResult Unpack(Coding coding, Bytes packed, int limit, Bytes *plain);

/*
 * Replaces the text by what the coding, gzip or deflate, makes of it; false, and the text as it
 * was, where that is not shorter.
 */
extern bool PackReplace(Coding coding, StringInfo text);

#endif

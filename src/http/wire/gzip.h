/*
 * gzip of request and response bodies.
 */
#ifndef DYNAMO_HTTP_GZIP_H
#define DYNAMO_HTTP_GZIP_H

#include "item/value.h"

#include "lib/stringinfo.h"

typedef enum GunzipResult
{
	GUNZIP_OK,
	GUNZIP_CORRUPT,
	GUNZIP_TOO_LARGE
} GunzipResult;

/* Inflates one gzip stream to at most `limit` bytes, palloc'd in the current context. */
extern GunzipResult Gunzip(Bytes packed, int limit, Bytes *plain);

/*
 * Replaces the text by its gzip stream; false, and the text as it was, where
 * that is not shorter.
 */
extern bool GzipReplace(StringInfo text);

#endif

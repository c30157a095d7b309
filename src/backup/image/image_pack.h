/*
 * Chunks of images compressed by zstd: they lie for long, and are read seldom.
 */
#ifndef DYNAMO_IMAGE_PACK_H
#define DYNAMO_IMAGE_PACK_H

#include "postgres.h"

#include "lib/stringinfo.h"

/* The bytes compressed as one frame, palloc'd. The caller keeps their number. */
extern bytea *ImagePack(const StringInfoData *bytes);

/*
 * The bytes again, palloc'd and aligned, of which there were `length`; NULL where `packed` holds
 * nothing of this length.
 */
extern char *ImageUnpack(const bytea *packed, int length);

#endif

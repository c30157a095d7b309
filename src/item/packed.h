/*
 * Runs of bytes compressed by lz4, as tables of the extension keep them.
 */
#ifndef DYNAMO_PACKED_H
#define DYNAMO_PACKED_H

#include "postgres.h"

#include "lib/stringinfo.h"

/* The bytes compressed as one block, palloc'd. The caller keeps their number. */
extern bytea *BytesPack(const StringInfoData *bytes);

/*
 * The bytes again, palloc'd and aligned, of which there were `length`; NULL where `packed` holds
 * nothing of this length.
 */
extern char *BytesUnpack(const bytea *packed, int length);

#endif

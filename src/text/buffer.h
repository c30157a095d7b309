/*
 * Appending to a StringInfo without a call for each piece: room is made once
 * for what follows, then bytes are written in place. Unlike StringInfo's own
 * functions these end the data with U+0000 only where they say so.
 */
#ifndef DYNAMO_BUFFER_H
#define DYNAMO_BUFFER_H

#include "lib/stringinfo.h"

/* Makes room for `length` more bytes and a U+0000; returns where they go. */
static inline char *
BufferReserve(StringInfo out, int length)
{
	if (length >= out->maxlen - out->len)
		enlargeStringInfo(out, length);
	return out->data + out->len;
}

/* Ends the data at `end`, which BufferReserve has made room for. */
static inline void
BufferEnd(StringInfo out, char *end)
{
	Assert(end < out->data + out->maxlen);
	*end = '\0';
	out->len = end - out->data;
}

static inline void
BufferAppend(StringInfo out, const void *data, int length)
{
	char *end = BufferReserve(out, length);

	if (length > 0)
		memcpy(end, data, length);
	out->len += length;
}

#endif

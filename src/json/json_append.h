/*
 * The writer's pieces, inline for those that write every attribute of every
 * item: room is made once for what belongs together, and the text of a string
 * is copied first and looked through where it is then.
 */
#ifndef DYNAMO_JSON_APPEND_H
#define DYNAMO_JSON_APPEND_H

#include "text/buffer.h"
#include "json/json.h"
#include "json/json_scan.h"

/* Makes the buffer larger, up to the writer's limit. */
extern void JsonGrow(JsonWriter *writer, int length);

static inline char *
JsonRoom(JsonWriter *writer, int length)
{
	StringInfo out = writer->out;

	if (unlikely(length >= out->maxlen - out->len))
		JsonGrow(writer, length);
	return out->data + out->len;
}

/* Room for a comma, where one is due, and `length` bytes. */
static inline char *
JsonReserve(JsonWriter *writer, int length)
{
	char *p = JsonRoom(writer, length + 1);

	if (writer->need_comma)
		*p++ = ',';
	return p;
}

static inline void
JsonAppendOpening(JsonWriter *writer, char bracket)
{
	char *p = JsonReserve(writer, 1);

	*p++ = bracket;
	BufferEnd(writer->out, p);
	writer->need_comma = false;
}

static inline void
JsonAppendClosing(JsonWriter *writer, char bracket)
{
	char *p = JsonRoom(writer, 1);

	*p++ = bracket;
	BufferEnd(writer->out, p);
	writer->need_comma = true;
}

/* A few characters that are copied as a word. */
typedef struct JsonPiece
{
	char text[sizeof(uint64)]; /* not terminated */
	int length;
} JsonPiece;

static inline char *
PutPiece(char *p, JsonPiece piece)
{
	memcpy(p, piece.text, sizeof(piece.text));
	return p + piece.length;
}

/* Ends a string whose `plain` first bytes have been appended, without its closing quote. */
extern void JsonAppendEscaped(StringInfo out, Bytes text, int plain);

/* Appends a comma where one is due, `before`, the quoted text, and `after`, U+0000 for nothing. */
static pg_attribute_always_inline void
JsonAppendQuotedIn(JsonWriter *writer, JsonPiece before, Bytes text, char after)
{
	StringInfo out = writer->out;
	char *p = JsonReserve(writer, sizeof(before.text) + text.length + SCAN_WIDTH + 2);
	char *closing;
	char *stop;

	p = PutPiece(p, before);
	*p++ = '"';
	if (text.length > 0)
		memcpy(p, text.data, text.length);
	closing = p + text.length;
	PutSentinel(closing);
	stop = unconstify(char *, PlainRunStop(p));
	if (unlikely(stop != closing))
	{
		BufferEnd(out, stop);
		JsonAppendEscaped(out, text, stop - p);
		closing = BufferReserve(out, 2);
		*closing = '"';
	}
	p = closing + 1;
	if (after != '\0')
		*p++ = after;
	BufferEnd(out, p);
}

static inline void
JsonAppendQuoted(JsonWriter *writer, Bytes text, char after)
{
	JsonAppendQuotedIn(writer, (JsonPiece){ .length = 0 }, text, after);
}

/* Appends text that is JSON already. */
static inline void
JsonAppendRaw(JsonWriter *writer, const char *text, int length)
{
	char *p = JsonReserve(writer, length);

	memcpy(p, text, length);
	BufferEnd(writer->out, p + length);
	writer->need_comma = true;
}

#endif

/*
 * Appends JSON text. Runs of characters that need no escape are copied whole.
 */
#include "json/json.h"

#include "error/error.h"
#include "text/escape.h"
#include "json/json_append.h"

#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include <math.h>

void
JsonWriterInit(JsonWriter *writer, StringInfo out, bool for_jsonb)
{
	writer->out = out;
	writer->need_comma = false;
	writer->for_jsonb = for_jsonb;
	writer->limit = MaxAllocSize;
}

void
JsonGrow(JsonWriter *writer, int length)
{
	CHECK_FOR_INTERRUPTS();
	if (length > writer->limit - writer->out->len)
		ValidationError(TEXT_ANSWER_SIZE, writer->limit / (1024 * 1024));
	enlargeStringInfo(writer->out, length);
}

void
JsonBeginObject(JsonWriter *writer)
{
	JsonAppendOpening(writer, '{');
}

void
JsonEndObject(JsonWriter *writer)
{
	JsonAppendClosing(writer, '}');
}

void
JsonBeginArray(JsonWriter *writer)
{
	JsonAppendOpening(writer, '[');
}

void
JsonEndArray(JsonWriter *writer)
{
	JsonAppendClosing(writer, ']');
}

/* The escape of one character; at most 6 bytes. */
static char *
WriteEscape(char *p, unsigned char c)
{
	static const char short_escape[256] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};
	static const char hex[] = "0123456789abcdef";

	*p++ = '\\';
	if (short_escape[c] != '\0')
	{
		*p++ = short_escape[c];
		return p;
	}
	memcpy(p, "u00", 3);
	p[3] = hex[c >> 4];
	p[4] = hex[c & 15];
	return p + 5;
}

void
JsonAppendEscaped(StringInfo out, Bytes text, int plain)
{
	const char *p = text.data + plain;
	const char *end = text.data + text.length;

	while (p < end)
	{
		const char *run = p;
		char *to;

		p = PlainRunEnd(p, end);
		BufferAppend(out, run, p - run);
		if (p < end)
		{
			to = BufferReserve(out, 6);
			BufferEnd(out, WriteEscape(to, *p++));
		}
	}
}

void
JsonNamePlain(JsonWriter *writer, Bytes name)
{
	JsonAppendQuoted(writer, name, ':');
	writer->need_comma = false;
}

void
JsonName(JsonWriter *writer, const char *name)
{
	JsonNamePlain(writer, BytesFromCString(name));
}

void
JsonNameBytes(JsonWriter *writer, Bytes name)
{
	JsonNamePlain(writer, writer->for_jsonb ? EscapeName(name) : name);
}

void
JsonString(JsonWriter *writer, Bytes value)
{
	if (writer->for_jsonb && HasNul(value))
	{
		JsonBeginObject(writer);
		JsonNamePlain(writer, BYTES_LITERAL("$s"));
		JsonAppendQuoted(writer, EscapeNul(value), '\0');
		JsonEndObject(writer);
		return;
	}
	JsonAppendQuoted(writer, value, '\0');
	writer->need_comma = true;
}

void
JsonCString(JsonWriter *writer, const char *value)
{
	JsonString(writer, BytesFromCString(value));
}

void
JsonRaw(JsonWriter *writer, Bytes text)
{
	JsonAppendRaw(writer, text.data, text.length);
}

void
JsonInteger(JsonWriter *writer, int64 value)
{
	char text[MAXINT8LEN + 1];
	int length = pg_lltoa(value, text);

	JsonRaw(writer, (Bytes){ text, length });
}

/* With a point, as the service writes doubles: some clients tell 1.0 from 1. */
void
JsonDouble(JsonWriter *writer, double value)
{
	char text[DOUBLE_SHORTEST_DECIMAL_LEN + 2];
	int length;

	Assert(!isnan(value) && !isinf(value));
	length = double_to_shortest_decimal_buf(value, text);
	if (strspn(text, "-0123456789") == length)
	{
		text[length++] = '.';
		text[length++] = '0';
	}
	JsonRaw(writer, (Bytes){ text, length });
}

void
JsonBoolean(JsonWriter *writer, bool value)
{
	JsonRaw(writer, value ? BYTES_LITERAL("true") : BYTES_LITERAL("false"));
}

void
JsonNull(JsonWriter *writer)
{
	JsonRaw(writer, BYTES_LITERAL("null"));
}

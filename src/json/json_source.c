/*
 * Reads JSON values one after the other, of a text or of a tree.
 *
 * PostgreSQL's own parser cannot be used: it works on terminated strings and
 * rejects U+0000.
 */
#include "json/json_source.h"

#include "compat.h"
#include "error/error.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#ifdef EXACT_ALLOCATIONS /* of make sanitize and make valgrind, which see the bounds of an \
                            allocation only */
#define ROOM_SIZE 0
#else
#define ROOM_SIZE 1024
#endif

void
JsonSourceMalformed(const JsonSource *source, const char *what)
{
	DynamoError(EXCEPTION_SERIALIZATION, TEXT_JSON_MALFORMED, (int) (source->p - source->start),
	            what);
}

/* Most of what is asked for is small: many share one allocation. */
void
JsonSourceMakeRoom(JsonSource *source, Size size)
{
	Size room = Max(size, ROOM_SIZE);

	source->room = MemoryContextAllocHuge(CurrentMemoryContext, room);
	source->room_end = source->room + room;
}

static void
ReadWord(JsonSource *source, const char *word)
{
	int length = strlen(word);

	if (source->end - source->p < length || memcmp(source->p, word, length) != 0)
		JsonSourceMalformed(source, "unknown word");
	source->p += length;
}

static const char *
SkipDigits(JsonSource *source)
{
	const char *start = source->p;

	while (source->p < source->end && *source->p >= '0' && *source->p <= '9')
		source->p++;
	if (source->p == start)
		JsonSourceMalformed(source, "a number needs a digit here");
	return start;
}

static void
ReadNumber(JsonSource *source, JsonNode *node)
{
	const char *start = source->p;
	const char *digits;

	if (*source->p == '-')
		source->p++;
	digits = SkipDigits(source);
	if (*digits == '0' && source->p - digits > 1)
		JsonSourceMalformed(source, "a number begins with 0");
	if (source->p < source->end && *source->p == '.')
	{
		source->p++;
		SkipDigits(source);
	}
	if (source->p < source->end && (*source->p == 'e' || *source->p == 'E'))
	{
		source->p++;
		if (source->p < source->end && (*source->p == '+' || *source->p == '-'))
			source->p++;
		SkipDigits(source);
	}
	node->type = JSON_NODE_NUMBER;
	node->text = start;
	node->count = source->p - start;
}

/* The four hexadecimal digits of \uXXXX. */
static unsigned int
ReadHex(JsonSource *source)
{
	unsigned int code = 0;

	if (source->end - source->p < 4)
		JsonSourceMalformed(source, "\\u needs four hexadecimal digits");
	for (int i = 0; i < 4; i++, source->p++)
	{
		char c = *source->p;

		if (c >= '0' && c <= '9')
			code = code * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + ((c | 0x20) - 'a' + 10);
		else
			JsonSourceMalformed(source, "\\u needs four hexadecimal digits");
	}
	return code;
}

/* The character of \uXXXX, whose \u is consumed; takes both halves of a surrogate pair. */
static unsigned int
ReadUnicodeEscape(JsonSource *source)
{
	unsigned int code = ReadHex(source);
	unsigned int low;

	if (code < 0xD800 || code > 0xDFFF)
		return code;
	if (code > 0xDBFF || source->end - source->p < 2 || source->p[0] != '\\' || source->p[1] != 'u')
		JsonSourceMalformed(source, "half a surrogate pair");
	source->p += 2;
	low = ReadHex(source);
	if (low < 0xDC00 || low > 0xDFFF)
		JsonSourceMalformed(source, "half a surrogate pair");
	return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

/* Reads one escape, whose backslash is consumed, and appends its character. */
static char *
ReadEscape(JsonSource *source, char *out)
{
	static const char plain[256] = {
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
	};
	unsigned char c;

	if (source->p == source->end)
		JsonSourceMalformed(source, "a string does not end");
	c = *source->p;
	if (c == 'u')
	{
		source->p++;
		unicode_to_utf8(ReadUnicodeEscape(source), (unsigned char *) out);
		return out + pg_utf_mblen((unsigned char *) out);
	}
	if (plain[c] == '\0')
		JsonSourceMalformed(source, "unknown escape");
	source->p++;
	*out = plain[c];
	return out + 1;
}

Bytes
JsonSourceEscapedString(JsonSource *source, const char *run)
{
	const char *start = source->p;
	const char *closing = run;
	char *text;
	char *out;

	/* No escape is shorter than what it stands for, so the spelling and its quote bound the text.
	 */
	while (closing < source->end && *closing != '"')
		closing += *closing == '\\' ? 2 : 1;
	text = out = JsonSourceAllocate(source, closing - start + 1); /* of 0 bytes: may be NULL */

	for (;;)
	{
		memcpy(out, source->p, run - source->p);
		out += run - source->p;
		source->p = run;
		if (run == source->end)
			JsonSourceMalformed(source, "a string does not end");
		if (*run == '"')
			break;
		if (*run != '\\')
			JsonSourceMalformed(source, "a control character in a string");
		source->p++;
		out = ReadEscape(source, out);
		run = PlainRunEnd(source->p, source->end);
	}
	source->p++;
	return (Bytes){ text, out - text };
}

void
JsonSourceSkipString(JsonSource *source)
{
	char character[MAX_MULTIBYTE_CHAR_LEN];

	for (;;)
	{
		source->p = PlainRunEnd(source->p, source->end);
		if (source->p == source->end)
			JsonSourceMalformed(source, "a string does not end");
		if (*source->p == '"')
			break;
		if (*source->p != '\\')
			JsonSourceMalformed(source, "a control character in a string");
		source->p++;
		ReadEscape(source, character);
	}
	source->p++;
}

void
JsonSourceOfText(JsonSource *source, Bytes text)
{
	int valid = pg_encoding_verifymbstr(PG_UTF8, text.data, text.length);

	*source = (JsonSource){ .start = text.data, .p = text.data, .end = text.data + text.length };
	if (valid != text.length)
	{
		source->p += valid;
		JsonSourceMalformed(source, "no UTF-8");
	}
}

void
JsonSourceOfNode(JsonSource *source, const JsonNode *node)
{
	*source = (JsonSource){ .node = node };
}

void
JsonSourceReadOther(JsonSource *source, JsonNode *node)
{
	int c = JsonSourcePeek(source);

	*node = (JsonNode){ .type = JSON_NODE_BOOLEAN };
	if (c == 't')
	{
		ReadWord(source, "true");
		node->boolean = true;
	}
	else if (c == 'f')
		ReadWord(source, "false");
	else if (c == 'n')
	{
		ReadWord(source, "null");
		node->type = JSON_NODE_NULL;
	}
	else if (c == '-' || (c >= '0' && c <= '9'))
		ReadNumber(source, node);
	else
		JsonSourceMalformed(source, "expected a value");
}

bool
JsonSourceNextInTree(JsonSource *source, JsonContainer *container, Bytes *name)
{
	const JsonNode *node = container->node;
	int next = container->next++;

	/* No child: the container is passed. */
	source->node = node;
	if (next == node->count)
		return false;
	if (node->type == JSON_NODE_ARRAY)
	{
		source->node = &node->elements[next];
		return true;
	}
	source->node = &node->members[next].value;
	if (name != NULL)
		*name = node->members[next].name;
	return true;
}

void
JsonSourceSkipContainer(JsonSource *source)
{
	JsonContainer container;

	if (source->node != NULL)
		return;
	JsonSourceEnter(source, &container);
	while (JsonSourceNext(source, &container, NULL))
		JsonSourceSkip(source);
}

void
JsonSourceSkip(JsonSource *source)
{
	JsonNode scalar;

	if (source->node != NULL)
		return;
	switch (JsonSourcePeek(source))
	{
		case '"':
			source->p++;
			JsonSourceSkipString(source);
			break;
		case '{':
		case '[':
			JsonSourceSkipContainer(source);
			break;
		default:
			JsonSourceRead(source, &scalar);
			break;
	}
}

void
JsonSourceEnd(JsonSource *source)
{
	if (source->node == NULL && JsonSourcePeek(source) != -1)
		JsonSourceMalformed(source, "text after the end");
}

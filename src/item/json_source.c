/*
 * Reads JSON values one after the other, of a text or of a tree.
 *
 * PostgreSQL's own parser cannot be used: it works on terminated strings and
 * rejects U+0000.
 */
#include "item/json_source.h"

#include "compat.h"
#include "error/error.h"
#include "item/json_scan.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

/*
 * Deeper than any request can go: an item nests 32 levels of two containers
 * each. Bounds what later recursions over the tree have to take.
 */
#define MAX_JSON_DEPTH 512

#define ROOM_SIZE 1024

pg_noreturn static void
Malformed(const JsonSource *source, const char *what)
{
	DynamoError(EXCEPTION_SERIALIZATION, "Malformed JSON at byte %d: %s",
	            (int) (source->p - source->start), what);
	pg_unreachable();
}

/* The next byte that is no space, not consumed; -1 at the end. */
static inline int
Peek(JsonSource *source)
{
	for (; source->p < source->end; source->p++)
	{
		unsigned char c = *source->p;

		if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
			return c;
	}
	return -1;
}

static inline void
Expect(JsonSource *source, char wanted, const char *what)
{
	if (Peek(source) != wanted)
		Malformed(source, what);
	source->p++;
}

/* Most of what is asked for is small: many share one allocation. */
void *
JsonSourceAllocate(JsonSource *source, Size size)
{
	void *allocated;

	size = MAXALIGN(size);
	if (size > source->room_end - source->room)
	{
		Size room = Max(size, ROOM_SIZE);

		source->room = MemoryContextAllocHuge(CurrentMemoryContext, room);
		source->room_end = source->room + room;
	}
	allocated = source->room;
	source->room += size;
	return allocated;
}

static void
ReadWord(JsonSource *source, const char *word)
{
	int length = strlen(word);

	if (source->end - source->p < length || memcmp(source->p, word, length) != 0)
		Malformed(source, "unknown word");
	source->p += length;
}

static const char *
SkipDigits(JsonSource *source)
{
	const char *start = source->p;

	while (source->p < source->end && *source->p >= '0' && *source->p <= '9')
		source->p++;
	if (source->p == start)
		Malformed(source, "a number needs a digit here");
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
		Malformed(source, "a number begins with 0");
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
		Malformed(source, "\\u needs four hexadecimal digits");
	for (int i = 0; i < 4; i++, source->p++)
	{
		char c = *source->p;

		if (c >= '0' && c <= '9')
			code = code * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + ((c | 0x20) - 'a' + 10);
		else
			Malformed(source, "\\u needs four hexadecimal digits");
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
		Malformed(source, "half a surrogate pair");
	source->p += 2;
	low = ReadHex(source);
	if (low < 0xDC00 || low > 0xDFFF)
		Malformed(source, "half a surrogate pair");
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
		Malformed(source, "a string does not end");
	c = *source->p;
	if (c == 'u')
	{
		source->p++;
		unicode_to_utf8(ReadUnicodeEscape(source), (unsigned char *) out);
		return out + pg_utf_mblen((unsigned char *) out);
	}
	if (plain[c] == '\0')
		Malformed(source, "unknown escape");
	source->p++;
	*out = plain[c];
	return out + 1;
}

/* A string that has escapes; `run` is where the first plain run of it ended. */
static Bytes
ReadEscapedString(JsonSource *source, const char *run)
{
	const char *start = source->p;
	const char *closing = run;
	char *text;
	char *out;

	/* No escape is shorter than what it stands for, so the spelling bounds the text. */
	while (closing < source->end && *closing != '"')
		closing += *closing == '\\' ? 2 : 1;
	text = out = JsonSourceAllocate(source, closing - start);

	for (;;)
	{
		memcpy(out, source->p, run - source->p);
		out += run - source->p;
		source->p = run;
		if (run == source->end)
			Malformed(source, "a string does not end");
		if (*run == '"')
			break;
		if (*run != '\\')
			Malformed(source, "a control character in a string");
		source->p++;
		out = ReadEscape(source, out);
		run = PlainRunEnd(source->p, source->end);
	}
	source->p++;
	return (Bytes){ text, out - text };
}

/* Reads a string, whose opening quote is consumed. */
static inline Bytes
ReadString(JsonSource *source)
{
	const char *start = source->p;
	const char *run = PlainRunEnd(start, source->end);

	if (run < source->end && *run == '"')
	{
		source->p = run + 1;
		return (Bytes){ start, run - start };
	}
	return ReadEscapedString(source, run);
}

/* Passes a string whose opening quote is consumed. */
static void
SkipString(JsonSource *source)
{
	char character[MAX_MULTIBYTE_CHAR_LEN];

	for (;;)
	{
		source->p = PlainRunEnd(source->p, source->end);
		if (source->p == source->end)
			Malformed(source, "a string does not end");
		if (*source->p == '"')
			break;
		if (*source->p != '\\')
			Malformed(source, "a control character in a string");
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
		Malformed(source, "no UTF-8");
	}
}

void
JsonSourceOfNode(JsonSource *source, const JsonNode *node)
{
	*source = (JsonSource){ .node = node };
}

JsonNodeType
JsonSourceType(JsonSource *source)
{
	int c;

	if (source->node != NULL)
		return source->node->type;
	c = Peek(source);
	switch (c)
	{
		case '"':
			return JSON_NODE_STRING;
		case '{':
			return JSON_NODE_OBJECT;
		case '[':
			return JSON_NODE_ARRAY;
		case 't':
		case 'f':
			return JSON_NODE_BOOLEAN;
		case 'n':
			return JSON_NODE_NULL;
		default:
			if (c != '-' && (c < '0' || c > '9'))
				Malformed(source, "expected a value");
			return JSON_NODE_NUMBER;
	}
}

static void
ReadBoolean(JsonSource *source, JsonNode *node)
{
	node->boolean = *source->p == 't';
	node->count = 0;
	ReadWord(source, node->boolean ? "true" : "false");
}

static inline void
ReadStringNode(JsonSource *source, JsonNode *node)
{
	Bytes string;

	source->p++;
	string = ReadString(source);
	node->text = string.data;
	node->count = string.length;
}

void
JsonSourceScalar(JsonSource *source, JsonNodeType type, JsonNode *node)
{
	if (source->node != NULL)
	{
		*node = *source->node;
		return;
	}
	node->type = type;
	switch (type)
	{
		case JSON_NODE_STRING:
			ReadStringNode(source, node);
			break;
		case JSON_NODE_NUMBER:
			ReadNumber(source, node);
			break;
		case JSON_NODE_BOOLEAN:
			ReadBoolean(source, node);
			break;
		case JSON_NODE_NULL:
			ReadWord(source, "null");
			*node = (JsonNode){ .type = JSON_NODE_NULL };
			break;
		default:
			elog(ERROR, "JSON of type %d is no scalar", type);
	}
}

void
JsonSourceEnter(JsonSource *source, JsonContainer *container)
{
	check_stack_depth();
	*container = (JsonContainer){ .node = source->node };
	if (container->node != NULL)
		return;
	if (++source->depth > MAX_JSON_DEPTH)
		Malformed(source, "nested too deep");
	container->closing = *source->p == '{' ? '}' : ']';
	source->p++;
}

static bool
NextInTree(JsonSource *source, JsonContainer *container, Bytes *name)
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

/* Passes the comma, or the end; false at the end. */
static inline bool
NextChild(JsonSource *source, JsonContainer *container)
{
	int c = Peek(source);

	if (container->next++ == 0 ? c != container->closing : c == ',')
	{
		source->p += container->next > 1;
		return true;
	}
	if (c != container->closing)
		Malformed(source, container->closing == '}' ? "expected a comma or the end of an object"
		                                            : "expected a comma or the end of an array");
	source->p++;
	source->depth--;
	return false;
}

bool
JsonSourceNext(JsonSource *source, JsonContainer *container, Bytes *name)
{
	if (container->node != NULL)
		return NextInTree(source, container, name);
	if (!NextChild(source, container))
		return false;
	if (container->closing == ']')
		return true;
	Expect(source, '"', "expected the name of a member");
	if (name != NULL)
		*name = ReadString(source);
	else
		SkipString(source);
	Expect(source, ':', "expected a colon");
	return true;
}

void
JsonSourceSkip(JsonSource *source)
{
	JsonNodeType type;
	JsonContainer container;
	JsonNode scalar;

	if (source->node != NULL)
		return;
	type = JsonSourceType(source);
	switch (type)
	{
		case JSON_NODE_STRING:
			source->p++;
			SkipString(source);
			break;
		case JSON_NODE_ARRAY:
		case JSON_NODE_OBJECT:
			JsonSourceEnter(source, &container);
			while (JsonSourceNext(source, &container, NULL))
				JsonSourceSkip(source);
			break;
		default:
			JsonSourceScalar(source, type, &scalar);
			break;
	}
}

void
JsonSourceEnd(JsonSource *source)
{
	if (source->node == NULL && Peek(source) != -1)
		Malformed(source, "text after the end");
}

/*
 * Reads JSON into a tree of nodes: one pass over the bytes, children collected
 * on a stack and copied out when their container ends.
 *
 * PostgreSQL's own parser cannot be used: it works on terminated strings and
 * rejects U+0000.
 */
#include "item/json.h"

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

#define FIRST_STACK_SIZE 64
#define ROOM_SIZE 1024

typedef struct JsonReader
{
	const char *start;
	const char *p;
	const char *end;
	int depth;
	JsonMember *stack; /* children of the containers that are still open */
	int stack_count;
	int stack_size;
	char *room; /* for children of containers that have ended */
	char *room_end;
} JsonReader;

static void ReadValue(JsonReader *reader, JsonNode *node);

pg_noreturn static void
Malformed(const JsonReader *reader, const char *what)
{
	DynamoError(EXCEPTION_SERIALIZATION, "Malformed JSON at byte %d: %s",
	            (int) (reader->p - reader->start), what);
	pg_unreachable();
}

/* The next byte that is no space, not consumed; -1 at the end. */
static inline int
Peek(JsonReader *reader)
{
	for (; reader->p < reader->end; reader->p++)
	{
		unsigned char c = *reader->p;

		if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
			return c;
	}
	return -1;
}

static inline void
Expect(JsonReader *reader, char wanted, const char *what)
{
	if (Peek(reader) != wanted)
		Malformed(reader, what);
	reader->p++;
}

static inline JsonMember *
PushChild(JsonReader *reader)
{
	if (unlikely(reader->stack_count == reader->stack_size))
	{
		reader->stack_size *= 2;
		reader->stack = repalloc_huge(reader->stack, sizeof(JsonMember) * reader->stack_size);
	}
	return &reader->stack[reader->stack_count++];
}

/* Most containers are small: many of them share one allocation. */
static inline void *
Allocate(JsonReader *reader, Size size)
{
	void *allocated;

	if (size > reader->room_end - reader->room)
	{
		Size room = Max(size, ROOM_SIZE);

		reader->room = MemoryContextAllocHuge(CurrentMemoryContext, room);
		reader->room_end = reader->room + room;
	}
	allocated = reader->room;
	reader->room += size;
	return allocated;
}

static void
ReadWord(JsonReader *reader, const char *word)
{
	int length = strlen(word);

	if (reader->end - reader->p < length || memcmp(reader->p, word, length) != 0)
		Malformed(reader, "unknown word");
	reader->p += length;
}

static const char *
SkipDigits(JsonReader *reader)
{
	const char *start = reader->p;

	while (reader->p < reader->end && *reader->p >= '0' && *reader->p <= '9')
		reader->p++;
	if (reader->p == start)
		Malformed(reader, "a number needs a digit here");
	return start;
}

static void
ReadNumber(JsonReader *reader, JsonNode *node)
{
	const char *start = reader->p;
	const char *digits;

	if (*reader->p == '-')
		reader->p++;
	digits = SkipDigits(reader);
	if (*digits == '0' && reader->p - digits > 1)
		Malformed(reader, "a number begins with 0");
	if (reader->p < reader->end && *reader->p == '.')
	{
		reader->p++;
		SkipDigits(reader);
	}
	if (reader->p < reader->end && (*reader->p == 'e' || *reader->p == 'E'))
	{
		reader->p++;
		if (reader->p < reader->end && (*reader->p == '+' || *reader->p == '-'))
			reader->p++;
		SkipDigits(reader);
	}
	node->type = JSON_NODE_NUMBER;
	node->text = start;
	node->count = reader->p - start;
}

/* The four hexadecimal digits of \uXXXX. */
static unsigned int
ReadHex(JsonReader *reader)
{
	unsigned int code = 0;

	if (reader->end - reader->p < 4)
		Malformed(reader, "\\u needs four hexadecimal digits");
	for (int i = 0; i < 4; i++, reader->p++)
	{
		char c = *reader->p;

		if (c >= '0' && c <= '9')
			code = code * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + ((c | 0x20) - 'a' + 10);
		else
			Malformed(reader, "\\u needs four hexadecimal digits");
	}
	return code;
}

/* The character of \uXXXX, whose \u is consumed; takes both halves of a surrogate pair. */
static unsigned int
ReadUnicodeEscape(JsonReader *reader)
{
	unsigned int code = ReadHex(reader);
	unsigned int low;

	if (code < 0xD800 || code > 0xDFFF)
		return code;
	if (code > 0xDBFF || reader->end - reader->p < 2 || reader->p[0] != '\\' || reader->p[1] != 'u')
		Malformed(reader, "half a surrogate pair");
	reader->p += 2;
	low = ReadHex(reader);
	if (low < 0xDC00 || low > 0xDFFF)
		Malformed(reader, "half a surrogate pair");
	return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

/* Reads one escape, whose backslash is consumed, and appends its character. */
static char *
ReadEscape(JsonReader *reader, char *out)
{
	static const char plain[256] = {
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
	};
	unsigned char c;

	if (reader->p == reader->end)
		Malformed(reader, "a string does not end");
	c = *reader->p;
	if (c == 'u')
	{
		reader->p++;
		unicode_to_utf8(ReadUnicodeEscape(reader), (unsigned char *) out);
		return out + pg_utf_mblen((unsigned char *) out);
	}
	if (plain[c] == '\0')
		Malformed(reader, "unknown escape");
	reader->p++;
	*out = plain[c];
	return out + 1;
}

/* A string that has escapes; `run` is where the first plain run of it ended. */
static Bytes
ReadEscapedString(JsonReader *reader, const char *run)
{
	const char *start = reader->p;
	const char *closing = run;
	char *text;
	char *out;

	/* No escape is shorter than what it stands for, so the spelling bounds the text. */
	while (closing < reader->end && *closing != '"')
		closing += *closing == '\\' ? 2 : 1;
	text = out = MemoryContextAllocHuge(CurrentMemoryContext, Max(closing - start, 1));

	for (;;)
	{
		memcpy(out, reader->p, run - reader->p);
		out += run - reader->p;
		reader->p = run;
		if (run == reader->end)
			Malformed(reader, "a string does not end");
		if (*run == '"')
			break;
		if (*run != '\\')
			Malformed(reader, "a control character in a string");
		reader->p++;
		out = ReadEscape(reader, out);
		run = PlainRunEnd(reader->p, reader->end);
	}
	reader->p++;
	return (Bytes){ text, out - text };
}

/* Reads a string, whose opening quote is consumed. */
static inline Bytes
ReadString(JsonReader *reader)
{
	const char *start = reader->p;
	const char *run = PlainRunEnd(start, reader->end);

	if (run < reader->end && *run == '"')
	{
		reader->p = run + 1;
		return (Bytes){ start, run - start };
	}
	return ReadEscapedString(reader, run);
}

static void
EnterContainer(JsonReader *reader)
{
	check_stack_depth();
	if (++reader->depth > MAX_JSON_DEPTH)
		Malformed(reader, "nested too deep");
	reader->p++;
}

static void
ReadArray(JsonReader *reader, JsonNode *node)
{
	int base = reader->stack_count;

	EnterContainer(reader);
	if (Peek(reader) != ']')
	{
		for (;;)
		{
			JsonNode element;

			ReadValue(reader, &element);
			PushChild(reader)->value = element;
			if (Peek(reader) != ',')
				break;
			reader->p++;
		}
	}
	Expect(reader, ']', "expected a comma or the end of an array");
	reader->depth--;

	node->type = JSON_NODE_ARRAY;
	node->count = reader->stack_count - base;
	node->elements = Allocate(reader, sizeof(JsonNode) * node->count);
	for (int i = 0; i < node->count; i++)
		node->elements[i] = reader->stack[base + i].value;
	reader->stack_count = base;
}

static inline void
ReadMember(JsonReader *reader)
{
	JsonMember member;

	Expect(reader, '"', "expected the name of a member");
	member.name = ReadString(reader);
	Expect(reader, ':', "expected a colon");
	ReadValue(reader, &member.value);
	*PushChild(reader) = member;
}

static void
ReadObject(JsonReader *reader, JsonNode *node)
{
	int base = reader->stack_count;

	EnterContainer(reader);
	if (Peek(reader) != '}')
	{
		ReadMember(reader);
		while (Peek(reader) == ',')
		{
			reader->p++;
			ReadMember(reader);
		}
	}
	Expect(reader, '}', "expected a comma or the end of an object");
	reader->depth--;

	node->type = JSON_NODE_OBJECT;
	node->count = reader->stack_count - base;
	node->members = Allocate(reader, sizeof(JsonMember) * node->count);
	if (node->count > 0)
		memcpy(node->members, reader->stack + base, sizeof(JsonMember) * node->count);
	reader->stack_count = base;
}

static void
ReadValue(JsonReader *reader, JsonNode *node)
{
	int c = Peek(reader);

	node->count = 0;
	switch (c)
	{
		case '"':
		{
			Bytes string;

			reader->p++;
			string = ReadString(reader);
			node->type = JSON_NODE_STRING;
			node->text = string.data;
			node->count = string.length;
			break;
		}
		case '{':
			ReadObject(reader, node);
			break;
		case '[':
			ReadArray(reader, node);
			break;
		case 't':
		case 'f':
			ReadWord(reader, c == 't' ? "true" : "false");
			node->type = JSON_NODE_BOOLEAN;
			node->boolean = c == 't';
			break;
		case 'n':
			ReadWord(reader, "null");
			node->type = JSON_NODE_NULL;
			node->text = NULL;
			break;
		default:
			if (c != '-' && (c < '0' || c > '9'))
				Malformed(reader, "expected a value");
			ReadNumber(reader, node);
			break;
	}
}

JsonNode *
JsonParse(Bytes text)
{
	JsonReader reader = { .start = text.data, .p = text.data, .end = text.data + text.length };
	JsonNode *root = palloc(sizeof(JsonNode));
	int valid = pg_encoding_verifymbstr(PG_UTF8, text.data, text.length);

	if (valid != text.length)
	{
		reader.p += valid;
		Malformed(&reader, "no UTF-8");
	}
	reader.stack_size = FIRST_STACK_SIZE;
	reader.stack = palloc(sizeof(JsonMember) * reader.stack_size);
	ReadValue(&reader, root);
	if (Peek(&reader) != -1)
		Malformed(&reader, "text after the end");
	pfree(reader.stack);
	return root;
}

/*
 * See ion_token.h.
 */
#include "transfer/format/ion_token.h"

#include <ctype.h>

#include "compat.h"
#include "error/error.h"
#include "text/base64.h"
#include "text/text_scan.h"
#include "mb/pg_wchar.h"

#define LONG_QUOTE "'''"

void
IonMalformed(const IonSource *source, const char *what)
{
	DynamoError(EXCEPTION_SERIALIZATION, "Malformed Ion at byte %d: %s",
	            (int) (source->p - source->start), what);
	pg_unreachable();
}

void
IonSourceOpen(IonSource *source, Bytes text)
{
	int valid = pg_encoding_verifymbstr(PG_UTF8, text.data, text.length);

	*source = (IonSource){ text.data, text.data, text.data + text.length };
	if (valid < text.length)
	{
		source->p += valid;
		IonMalformed(source, "no UTF-8");
	}
}

bool
IonIsNext(const IonSource *source, const char *text)
{
	size_t length = strlen(text);

	return (size_t) (source->end - source->p) >= length && memcmp(source->p, text, length) == 0;
}

/* False where none begins here. */
static bool
PassComment(IonSource *source)
{
	Bytes rest = { source->p, source->end - source->p };
	const char *end;

	if (IonIsNext(source, "//"))
	{
		end = BytesFind(rest, '\n');
		source->p = end != NULL ? end + 1 : source->end;
		return true;
	}
	if (!IonIsNext(source, "/*"))
		return false;
	rest.data += 2;
	rest.length -= 2;
	end = TextFind(rest, "*/");
	if (end == NULL)
		IonMalformed(source, "a comment without an end");
	source->p = end + 2;
	return true;
}

int
IonPeek(IonSource *source)
{
	while (source->p < source->end)
	{
		unsigned char c = *source->p;

		if (c == ' ' || (c >= '\t' && c <= '\r'))
			source->p++;
		else if (c != '/' || !PassComment(source))
			return c;
	}
	return -1;
}

bool
IonTake(IonSource *source, char c)
{
	if (IonPeek(source) != (unsigned char) c)
		return false;
	source->p++;
	return true;
}

/* --- strings and symbols --- */

static uint32
ReadHex(IonSource *source, int digits)
{
	uint32 value = 0;

	for (int i = 0; i < digits; i++)
	{
		int digit = source->p < source->end ? TextHexDigit(*source->p) : -1;

		if (digit < 0)
			IonMalformed(source, "an escape without its digits");
		value = value << 4 | digit;
		source->p++;
	}
	return value;
}

/* A text that is never longer than what spells it, for which it has room. */
typedef struct Unescaped
{
	char *data;
	int length;
} Unescaped;

static void
AppendCharacter(const IonSource *source, Unescaped *text, uint32 character)
{
	unsigned char bytes[8];
	int length;

	if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
		IonMalformed(source, "an escape that is no character");
	unicode_to_utf8(character, bytes);
	length = pg_utf_mblen(bytes);
	memcpy(text->data + text->length, bytes, length);
	text->length += length;
}

/* \uXXXX, of which two may be a pair of surrogates. */
static void
AppendUnicode(IonSource *source, Unescaped *text)
{
	uint32 character = ReadHex(source, 4);

	if (character >= 0xD800 && character <= 0xDBFF && IonIsNext(source, "\\u"))
	{
		uint32 low;

		source->p += 2;
		low = ReadHex(source, 4);
		if (low < 0xDC00 || low > 0xDFFF)
			IonMalformed(source, "an escape that is no character");
		character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
	}
	AppendCharacter(source, text, character);
}

/* What a letter behind a backslash stands for. */
static int
SimpleEscape(char c)
{
	static const char letters[] = "0abtnfrv\"'?\\/";
	static const char meanings[] = "\0\a\b\t\n\f\r\v\"'?\\/";
	const char *letter = c != '\0' ? strchr(letters, c) : NULL;

	return letter != NULL ? (unsigned char) meanings[letter - letters] : -1;
}

/* Behind a backslash. */
static void
AppendEscape(IonSource *source, Unescaped *text)
{
	char c = source->p < source->end ? *source->p++ : '\0';
	int simple = SimpleEscape(c);

	if (simple >= 0)
		text->data[text->length++] = simple;
	else if (c == 'x')
		AppendCharacter(source, text, ReadHex(source, 2));
	else if (c == 'u')
		AppendUnicode(source, text);
	else if (c == 'U')
		AppendCharacter(source, text, ReadHex(source, 8));
	else if (c == '\r' && IonIsNext(source, "\n"))
		source->p++;
	else if (c != '\n' && c != '\r')
		IonMalformed(source, "an unknown escape");
}

/*
 * Where the text ends that begins here, and that the quote ends; whether it has escapes. One that
 * may not be in several lines ends with the line, too, which is an error.
 */
static const char *
QuotedEnd(IonSource *source, const char *quote, bool multiline, bool *escaped)
{
	IonSource ahead = *source;

	*escaped = false;
	while (!IonIsNext(&ahead, quote))
	{
		char c = ahead.p < ahead.end ? *ahead.p++ : '\0';

		if (ahead.p == ahead.end)
			IonMalformed(source, "a string without an end");
		if (!multiline && (c == '\n' || c == '\r'))
			IonMalformed(source, "a string in several lines");
		if (c == '\\')
		{
			*escaped = true;
			ahead.p++;
		}
	}
	return ahead.p;
}

static void
AppendUntil(IonSource *source, const char *stop, Unescaped *text)
{
	while (source->p < stop)
	{
		if (*source->p == '\\')
		{
			source->p++;
			AppendEscape(source, text);
		}
		else
			text->data[text->length++] = *source->p++;
	}
}

/* Behind the opening quote. As it stands where nothing is escaped, which is the usual case. */
static Bytes
Quoted(IonSource *source, const char *quote)
{
	const char *start = source->p;
	bool escaped;
	const char *stop = QuotedEnd(source, quote, false, &escaped);
	Unescaped text;

	if (!escaped)
	{
		source->p = stop + strlen(quote);
		return (Bytes){ start, stop - start };
	}
	text = (Unescaped){ palloc(stop - start), 0 };
	AppendUntil(source, stop, &text);
	source->p += strlen(quote);
	return (Bytes){ text.data, text.length };
}

/* Several behind each other are one. */
static Bytes
LongString(IonSource *source)
{
	Unescaped text = { palloc(1), 0 };

	while (IonPeek(source) == '\'' && IonIsNext(source, LONG_QUOTE))
	{
		const char *stop;
		bool escaped;

		source->p += strlen(LONG_QUOTE);
		stop = QuotedEnd(source, LONG_QUOTE, true, &escaped);
		text.data = repalloc(text.data, text.length + (stop - source->p) + 1);
		AppendUntil(source, stop, &text);
		source->p += strlen(LONG_QUOTE);
	}
	return (Bytes){ text.data, text.length };
}

Bytes
IonString(IonSource *source)
{
	if (*source->p == '\'')
		return LongString(source);
	source->p++;
	return Quoted(source, "\"");
}

Bytes
IonSymbol(IonSource *source)
{
	const char *start = source->p;

	if (*start == '\'')
	{
		source->p++;
		return Quoted(source, "'");
	}
	while (source->p < source->end &&
	       (isalnum((unsigned char) *source->p) || *source->p == '_' || *source->p == '$') &&
	       !IS_HIGHBIT_SET(*source->p))
		source->p++;
	if (source->p == start || isdigit((unsigned char) *start))
		IonMalformed(source, "expected a symbol");
	return (Bytes){ start, source->p - start };
}

Bytes
IonWord(IonSource *source)
{
	const char *start = source->p;

	while (source->p < source->end && !IS_HIGHBIT_SET(*source->p) &&
	       (isalnum((unsigned char) *source->p) ||
	        (*source->p != '\0' && strchr("_$+-.", *source->p) != NULL)))
		source->p++;
	return (Bytes){ start, source->p - start };
}

Bytes
IonBlob(IonSource *source)
{
	Bytes rest = { source->p, source->end - source->p };
	const char *stop = BytesFind(rest, '}');
	char *text;
	int length = 0;
	const char *fault;
	Bytes bytes;

	if (stop == NULL)
		IonMalformed(source, "a blob without an end");
	text = palloc(stop - source->p + 1);
	for (; source->p < stop; source->p++)
		if (!isspace((unsigned char) *source->p))
			text[length++] = *source->p;
	if (!IonIsNext(source, "}}"))
		IonMalformed(source, "a blob without an end");
	source->p += 2;
	fault = Base64Decode((Bytes){ text, length }, &bytes);
	if (fault != NULL)
		IonMalformed(source, fault);
	pfree(text);
	return bytes;
}

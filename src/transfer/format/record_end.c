/*
 * See record_end.h.
 */
#include "transfer/format/record_end.h"

const char *
LineEnd(const char *p, const char *end)
{
	const char *line = p < end ? memchr(p, '\n', end - p) : NULL;

	return line != NULL ? line + 1 : NULL;
}

/* --- CSV (RFC 4180) --- */

enum
{
	CSV_FIELD_START,
	CSV_PLAIN,
	CSV_QUOTED,
	CSV_QUOTE_SEEN /* in a quoted field: its end, or half of a quote */
};

const char *
CsvRecordEnd(RecordEnd *record, char delimiter, const char *p, const char *end)
{
	for (; p < end; p++)
	{
		if (record->state == CSV_QUOTED)
		{
			if (*p == '"')
				record->state = CSV_QUOTE_SEEN;
		}
		else if (*p == '\n')
			return p + 1;
		else if (*p == delimiter)
			record->state = CSV_FIELD_START;
		else if (*p == '"' && record->state != CSV_PLAIN)
			record->state = CSV_QUOTED;
		else
			record->state = CSV_PLAIN;
	}
	return NULL;
}

/* --- Ion text --- */

enum
{
	ION_PLAIN,
	ION_BRACE,         /* behind an opening brace */
	ION_LOB,           /* within two braces */
	ION_STRING,        /* "..." */
	ION_STRING_ESCAPE, /* behind a backslash in it */
	ION_QUOTE,         /* behind the first ' */
	ION_QUOTES,        /* behind the second */
	ION_SYMBOL,        /* '...' */
	ION_SYMBOL_ESCAPE,
	ION_LONG, /* '''...''' */
	ION_LONG_ESCAPE,
	ION_LONG_QUOTE, /* behind a ' in it */
	ION_LONG_QUOTES,
	ION_SLASH,
	ION_LINE_COMMENT,
	ION_COMMENT,
	ION_COMMENT_STAR
};

/* A byte outside of strings, symbols and comments. True where the record ends behind it. */
static bool
TakePlain(RecordEnd *record, char c)
{
	bool in_brace = record->state == ION_BRACE;

	record->state = ION_PLAIN;
	switch (c)
	{
		case '{':
			record->depth++;
			record->state = in_brace ? ION_LOB : ION_BRACE;
			break;
		case '}':
			return --record->depth <= 0;
		case '"':
			record->state = ION_STRING;
			break;
		case '\'':
			record->state = ION_QUOTE;
			break;
		case '/':
			record->state = ION_SLASH;
			break;
		case '\n':
			return record->depth == 0;
		default:
			break;
	}
	return false;
}

/*
 * Behind a ' or two: of a symbol, or of a long string. True where the byte has been taken; else it
 * is plain.
 */
static bool
TakeAfterQuote(RecordEnd *record, char c)
{
	if (c == '\'')
	{
		record->state = record->state == ION_QUOTE ? ION_QUOTES : ION_LONG;
		return true;
	}
	if (record->state == ION_QUOTES)
		return false; /* the empty symbol */
	record->state = c == '\\' ? ION_SYMBOL_ESCAPE : ION_SYMBOL;
	return true;
}

/* A byte within a string or symbol that a line's end ends, too: no well-formed one has that. */
static void
TakeShort(RecordEnd *record, char c, char quote, int escape)
{
	if (c == '\\')
		record->state = escape;
	else if (c == quote || c == '\n')
		record->state = ION_PLAIN;
}

static void
TakeLong(RecordEnd *record, char c)
{
	if (c == '\\')
		record->state = ION_LONG_ESCAPE;
	else if (c != '\'')
		record->state = ION_LONG;
	else if (record->state == ION_LONG)
		record->state = ION_LONG_QUOTE;
	else
		record->state = record->state == ION_LONG_QUOTE ? ION_LONG_QUOTES : ION_PLAIN;
}

static void
TakeComment(RecordEnd *record, char c)
{
	if (record->state == ION_LINE_COMMENT)
		record->state = c == '\n' ? ION_PLAIN : ION_LINE_COMMENT;
	else if (c == '*')
		record->state = ION_COMMENT_STAR;
	else
		record->state = c == '/' && record->state == ION_COMMENT_STAR ? ION_PLAIN : ION_COMMENT;
}

/* True where the record ends behind the byte. */
static bool
TakeIon(RecordEnd *record, char c)
{
	bool in_short = record->state == ION_STRING || record->state == ION_SYMBOL;

	switch (record->state)
	{
		case ION_LOB:
			if (c == '}')
				return TakePlain(record, c);
			return false;
		case ION_STRING:
			TakeShort(record, c, '"', ION_STRING_ESCAPE);
			break;
		case ION_SYMBOL:
			TakeShort(record, c, '\'', ION_SYMBOL_ESCAPE);
			break;
		case ION_STRING_ESCAPE:
			record->state = ION_STRING;
			break;
		case ION_SYMBOL_ESCAPE:
			record->state = ION_SYMBOL;
			break;
		case ION_LONG_ESCAPE:
			record->state = ION_LONG;
			break;
		case ION_QUOTE:
		case ION_QUOTES:
			return !TakeAfterQuote(record, c) && TakePlain(record, c);
		case ION_LONG:
		case ION_LONG_QUOTE:
		case ION_LONG_QUOTES:
			TakeLong(record, c);
			break;
		case ION_SLASH:
			if (c != '/' && c != '*')
				return TakePlain(record, c);
			record->state = c == '/' ? ION_LINE_COMMENT : ION_COMMENT;
			break;
		case ION_LINE_COMMENT:
		case ION_COMMENT:
		case ION_COMMENT_STAR:
			TakeComment(record, c);
			return c == '\n' && record->depth == 0 && record->state == ION_PLAIN;
		default:
			return TakePlain(record, c);
	}
	return in_short && c == '\n' && record->state == ION_PLAIN;
}

const char *
IonRecordEnd(RecordEnd *record, const char *p, const char *end)
{
	while (p < end)
		if (TakeIon(record, *p++))
			return p;
	return NULL;
}

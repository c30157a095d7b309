/*
 * See audit_text.h.
 */
#include "auth/audit/audit_text.h"

#include <stdarg.h>

#include "utils/builtins.h"

#define MAX_STRING 2048 /* bytes of a value; what is longer is cut between two characters */

void
AuditTextInit(AuditText *text, char *data, int size)
{
	*text = (AuditText){ data, size };
	data[0] = '\0';
}

/* Takes back what did not fit. */
static void
EndAppend(AuditText *text, int before, bool fits)
{
	if (fits)
		return;
	text->full = true;
	text->length = before;
	text->data[before] = '\0';
}

void
AuditTextAppend(AuditText *text, const char *format, ...)
{
	int before = text->length;
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(text->data + before, text->size - before, format, arguments);
	va_end(arguments);
	if (written > 0 && written < text->size - before)
		text->length += written;
	EndAppend(text, before, written >= 0 && written < text->size - before);
}

static bool
Put(AuditText *text, const char *bytes, int length)
{
	if (length >= text->size - text->length)
		return false;
	memcpy(text->data + text->length, bytes, length);
	text->length += length;
	text->data[text->length] = '\0';
	return true;
}

void
AuditTextRaw(AuditText *text, Bytes bytes)
{
	EndAppend(text, text->length, Put(text, bytes.data, bytes.length));
}

/* Bytes of the value that are shown: no part of a character. */
static int
Shown(Bytes value)
{
	int length = Min(value.length, MAX_STRING);

	if (length == value.length)
		return length;
	while (length > 0 && ((unsigned char) value.data[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* Bytes of JSON strings that stand for themselves. */
static const bool plain[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
	[0x80 ... 0xff] = true,
};

static bool
PutEscaped(AuditText *text, unsigned char c)
{
	char escape[8];

	snprintf(escape, sizeof(escape), c == '"' || c == '\\' ? "\\%c" : "\\u%04x", c);
	return Put(text, escape, strlen(escape));
}

static bool
PutString(AuditText *text, Bytes value)
{
	int length = Shown(value);
	bool fits = Put(text, "\"", 1);
	int at = 0;

	while (at < length && fits)
	{
		int run = at;

		while (run < length && plain[(unsigned char) value.data[run]])
			run++;
		fits = Put(text, value.data + at, run - at);
		if (fits && run < length)
			fits = PutEscaped(text, value.data[run++]);
		at = run;
	}
	return fits && Put(text, "\"", 1);
}

void
AuditTextString(AuditText *text, Bytes value)
{
	int before = text->length;

	EndAppend(text, before, PutString(text, value));
}

/* ,"name": */
static bool
PutName(AuditText *text, const char *name)
{
	char last = text->length > 0 ? text->data[text->length - 1] : '{';

	return (last == '{' || Put(text, ",", 1)) && Put(text, "\"", 1) &&
	       Put(text, name, strlen(name)) && Put(text, "\":", 2);
}

void
AuditTextName(AuditText *text, const char *name)
{
	int before = text->length;

	EndAppend(text, before, PutName(text, name));
}

void
AuditTextMember(AuditText *text, const char *name, Bytes value)
{
	int before = text->length;

	if (value.data != NULL)
		EndAppend(text, before, PutName(text, name) && PutString(text, value));
}

static void
PutPlain(AuditText *text, const char *name, const char *value)
{
	int before = text->length;

	EndAppend(text, before, PutName(text, name) && Put(text, value, strlen(value)));
}

void
AuditTextNumber(AuditText *text, const char *name, int64 value)
{
	char digits[32];

	digits[pg_lltoa(value, digits)] = '\0';
	PutPlain(text, name, digits);
}

void
AuditTextBoolean(AuditText *text, const char *name, bool value)
{
	PutPlain(text, name, value ? "true" : "false");
}

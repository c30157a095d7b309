/*
 * Checks the fields of a head.
 */
#include "http/wire/framing.h"

#define BAD_REQUEST 400
#define CONTENT_TOO_LARGE 413
#define NOT_IMPLEMENTED 501

/* RFC 9110, 5.6.2: what a field's name is made of. A blank before the colon is none of it. */
static const bool token_characters[256] = {
	['!'] = true,         ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,
	['-'] = true,         ['.'] = true,          ['0' ... '9'] = true, ['A' ... 'Z'] = true,
	['^' ... 'z'] = true, ['|'] = true,          ['~'] = true,
};

static bool
IsToken(Bytes name)
{
	for (int i = 0; i < name.length; i++)
	{
		if (!token_characters[(unsigned char) name.data[i]])
			return false;
	}
	return name.length > 0;
}

/* No control character but the tab: a bare CR would be a line's end to others. */
static bool
HasNoControl(const char *text, int length)
{
	for (int i = 0; i < length; i++)
	{
		unsigned char c = text[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Whether one of eight characters may be a control character, the tab included. */
static inline bool
MayHaveControl(uint64 word)
{
	const uint64 ones = ~UINT64CONST(0) / 255;
	uint64 deletes = word ^ (ones * 0x7f);
	uint64 below = (word - ones * ' ') & ~word;

	return ((below | ((deletes - ones) & ~deletes)) & (ones * 0x80)) != 0;
}

static bool
IsFieldText(Bytes value)
{
	int i = 0;

	for (; i + (int) sizeof(uint64) <= value.length; i += sizeof(uint64))
	{
		uint64 word;

		memcpy(&word, value.data + i, sizeof(word));
		if (unlikely(MayHaveControl(word)) && !HasNoControl(value.data + i, sizeof(word)))
			return false;
	}
	return HasNoControl(value.data + i, value.length - i);
}

static bool
IsNumber(Bytes value)
{
	for (int i = 0; i < value.length; i++)
	{
		if (value.data[i] < '0' || value.data[i] > '9')
			return false;
	}
	return value.length > 0;
}

static int
CheckTransferEncoding(const HttpRequest *request, bool is_http_1_0)
{
	Bytes encoding = HttpHeader(request, "transfer-encoding");

	if (encoding.data == NULL)
		return 0;
	if (is_http_1_0 || HttpHeader(request, "content-length").data != NULL ||
	    HttpHeaderCount(request, "transfer-encoding") > 1)
		return BAD_REQUEST;
	/* The library takes no blank behind it; the NUL there says that there is none. */
	if (encoding.length == 7 && pg_strncasecmp(encoding.data, "chunked", 7) == 0)
		return encoding.data[7] == '\0' ? 0 : BAD_REQUEST;
	return NOT_IMPLEMENTED;
}

static bool
HostIsSound(const HttpRequest *request, bool is_http_1_0)
{
	int hosts = HttpHeaderCount(request, "host");

	return hosts == 1 || (hosts == 0 && is_http_1_0);
}

int
FramingCheck(const HttpRequest *request, bool is_http_1_0)
{
	Bytes length = HttpHeader(request, "content-length");

	for (int i = 0; i < request->field_count; i++)
	{
		if (!IsToken(request->fields[i].name) || !IsFieldText(request->fields[i].value))
			return BAD_REQUEST;
	}
	if (!HostIsSound(request, is_http_1_0))
		return BAD_REQUEST;
	if (length.data != NULL &&
	    (!IsNumber(length) || HttpHeaderCount(request, "content-length") > 1))
		return BAD_REQUEST;
	return CheckTransferEncoding(request, is_http_1_0);
}

int
FramingRefusal(const HttpRequest *request)
{
	int status = FramingCheck(request, false);

	return status == 0 && FramingContentLength(request) > 0 ? CONTENT_TOO_LARGE : BAD_REQUEST;
}

uint64
FramingContentLength(const HttpRequest *request)
{
	Bytes text = HttpHeader(request, "content-length");
	uint64 length = 0;

	for (int i = 0; i < text.length && length < PG_UINT32_MAX; i++)
		length = length * 10 + (text.data[i] - '0');
	return length;
}

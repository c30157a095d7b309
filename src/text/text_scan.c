/*
 * See text_scan.h.
 */
#include "text/text_scan.h"

static bool
IsOneOf(char c, const char *characters)
{
	return c != '\0' && strchr(characters, c) != NULL;
}

Bytes
TextTrim(Bytes text, const char *blanks)
{
	while (text.length > 0 && IsOneOf(text.data[0], blanks))
		text = (Bytes){ text.data + 1, text.length - 1 };
	while (text.length > 0 && IsOneOf(text.data[text.length - 1], blanks))
		text.length--;
	return text;
}

bool
TextTakePrefix(Bytes *rest, Bytes prefix)
{
	if (!BytesBeginWith(*rest, prefix))
		return false;
	rest->data += prefix.length;
	rest->length -= prefix.length;
	return true;
}

Bytes
TextTakeUntil(Bytes *rest, char separator)
{
	const char *found = BytesFind(*rest, separator);
	Bytes taken = { rest->data, found != NULL ? found - rest->data : rest->length };
	int passed = found != NULL ? taken.length + 1 : taken.length;

	*rest = (Bytes){ rest->data + passed, rest->length - passed };
	return taken;
}

const char *
TextFind(Bytes text, const char *part)
{
	return text.length == 0 ? NULL : memmem(text.data, text.length, part, strlen(part));
}

int
TextHexDigit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = pg_ascii_tolower((unsigned char) digit);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

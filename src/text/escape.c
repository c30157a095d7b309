/*
 * The escapes for U+0000.
 */
#include "text/escape.h"

bool
NameNeedsEscape(Bytes name)
{
	return HasNamePrefix(name) || HasNul(name);
}

static char *
AppendEscaped(char *out, Bytes text)
{
	for (int i = 0; i < text.length; i++)
	{
		char c = text.data[i];

		if (c == '\0' || c == '\\')
			*out++ = '\\';
		*out++ = c == '\0' ? '0' : c;
	}
	return out;
}

Bytes
EscapeNul(Bytes text)
{
	char *escaped = palloc((Size) text.length * 2 + 1);

	return (Bytes){ escaped, AppendEscaped(escaped, text) - escaped };
}

Bytes
EscapeName(Bytes name)
{
	char *escaped;

	if (!NameNeedsEscape(name))
		return name;
	escaped = palloc((Size) name.length * 2 + NAME_PREFIX_LENGTH);
	memcpy(escaped, NAME_PREFIX, NAME_PREFIX_LENGTH);
	return (Bytes){ escaped, AppendEscaped(escaped + NAME_PREFIX_LENGTH, name) - escaped };
}

bool
UnescapeNul(Bytes escaped, Bytes *text)
{
	char *out = palloc(escaped.length + 1);

	text->data = out;
	for (int i = 0; i < escaped.length; i++)
	{
		char c = escaped.data[i];

		if (c == '\\')
		{
			if (++i == escaped.length || (escaped.data[i] != '0' && escaped.data[i] != '\\'))
				return false;
			c = escaped.data[i] == '0' ? '\0' : '\\';
		}
		*out++ = c;
	}
	text->length = out - text->data;
	return true;
}

int
UnescapedLength(Bytes escaped)
{
	int length = 0;

	for (int i = 0; i < escaped.length; i++, length++)
	{
		if (escaped.data[i] == '\\')
			i++;
	}
	return length;
}

/*
 * See s3_xml.h.
 */
#include "transfer/store/s3_xml.h"

#include "mb/pg_wchar.h"

#include "text/text_scan.h"

static Bytes
After(Bytes xml, const char *place)
{
	return (Bytes){ place, xml.data + xml.length - place };
}

Bytes
XmlNextElement(Bytes *xml, const char *name)
{
	char *opening = psprintf("<%s>", name);
	char *closing = psprintf("</%s>", name);
	const char *begin = TextFind(*xml, opening);
	const char *end = NULL;
	Bytes element = { NULL, 0 };

	if (begin != NULL)
	{
		begin += strlen(opening);
		end = TextFind(After(*xml, begin), closing);
	}
	if (end != NULL)
	{
		element = (Bytes){ begin, end - begin };
		*xml = After(*xml, end + strlen(closing));
	}
	pfree(opening);
	pfree(closing);
	return element;
}

Bytes
XmlElement(Bytes xml, const char *name)
{
	return XmlNextElement(&xml, name);
}

/* --- texts --- */

static const struct
{
	const char *name;
	char character;
} entities[] = {
	{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' },
};

/* &#38; or &#x26;: writes the character; where it ends, or NULL. */
static const char *
ReadNumber(const char *reference, char **out)
{
	char *end;
	bool is_hexadecimal = reference[2] == 'x' || reference[2] == 'X';
	unsigned long number =
	    strtoul(reference + (is_hexadecimal ? 3 : 2), &end, is_hexadecimal ? 16 : 10);

	if (*end != ';' || !is_valid_unicode_codepoint((pg_wchar) number))
		return NULL;
	(void) unicode_to_utf8((pg_wchar) number, (unsigned char *) *out);
	*out += pg_utf_mblen((unsigned char *) *out);
	return end + 1;
}

static const char *
ReadReference(const char *reference, char **out)
{
	if (reference[1] == '#')
		return ReadNumber(reference, out);
	for (int i = 0; i < lengthof(entities); i++)
	{
		size_t length = strlen(entities[i].name);

		if (strncmp(reference, entities[i].name, length) == 0)
		{
			*(*out)++ = entities[i].character;
			return reference + length;
		}
	}
	return NULL;
}

/* A reference is longer than what it stands for. */
char *
XmlText(Bytes element)
{
	char *text = element.data != NULL ? BytesToCString(element) : pstrdup("");
	const char *in = text;
	char *out = text;

	while (*in != '\0')
	{
		const char *next = *in == '&' ? ReadReference(in, &out) : NULL;

		if (next == NULL)
			*out++ = *in++;
		else
			in = next;
	}
	*out = '\0';
	return text;
}

char *
UrlDecoded(const char *text)
{
	char *decoded = palloc(strlen(text) + 1);
	char *out = decoded;

	while (*text != '\0')
	{
		int high = *text == '%' ? TextHexDigit(text[1]) : -1;
		int low = high >= 0 ? TextHexDigit(text[2]) : -1;

		if (low >= 0)
		{
			*out++ = (char) (high * 16 + low);
			text += 3;
		}
		else
		{
			*out++ = *text == '+' ? ' ' : *text;
			text++;
		}
	}
	*out = '\0';
	return decoded;
}

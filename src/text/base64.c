/*
 * Base64.
 */
#include "text/base64.h"

#include "error/texts.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of a character plus one; 0 for what is none. */
static const uint8 value_plus_one[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
	['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
	['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
	['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
	['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

char *
Base64Encode(Bytes bytes, char *out)
{
	const unsigned char *p = (const unsigned char *) bytes.data;
	const unsigned char *end = p + bytes.length;

	for (; end - p >= 3; p += 3)
	{
		*out++ = alphabet[p[0] >> 2];
		*out++ = alphabet[(p[0] & 3) << 4 | p[1] >> 4];
		*out++ = alphabet[(p[1] & 15) << 2 | p[2] >> 6];
		*out++ = alphabet[p[2] & 63];
	}
	if (p < end)
	{
		bool two = end - p == 2;

		*out++ = alphabet[p[0] >> 2];
		*out++ = alphabet[(p[0] & 3) << 4 | (two ? p[1] >> 4 : 0)];
		*out++ = two ? alphabet[(p[1] & 15) << 2] : '=';
		*out++ = '=';
	}
	return out;
}

Bytes
Base64ToText(Bytes bytes)
{
	char *text = palloc(BASE64_LENGTH(bytes.length) + 1);

	return (Bytes){ text, Base64Encode(bytes, text) - text };
}

static int
PaddingLength(Bytes text)
{
	if (text.length == 0 || text.data[text.length - 1] != '=')
		return 0;
	return text.data[text.length - 2] == '=' ? 2 : 1;
}

int
Base64DecodedLength(Bytes text)
{
	return text.length / 4 * 3 - PaddingLength(text);
}

const char *
Base64Decode(Bytes text, Bytes *bytes)
{
	int padding;
	int digits;
	uint32 bits = 0;
	char *out;

	if (text.length % 4 != 0)
		return psprintf(TEXT_BASE64_LENGTH, text.length);
	padding = PaddingLength(text);
	digits = text.length - padding;
	bytes->data = out = palloc(text.length / 4 * 3 + 1);

	for (int i = 0; i < digits; i++)
	{
		uint8 value = value_plus_one[(unsigned char) text.data[i]];

		if (value == 0)
			return psprintf(TEXT_BASE64_CHARACTER, i);
		bits = bits << 6 | (value - 1);
		if (i % 4 == 3)
		{
			*out++ = bits >> 16;
			*out++ = bits >> 8;
			*out++ = bits;
		}
	}
	/* Bits of the last digit that no byte takes must be 0. */
	if (padding > 0 && (bits & (padding == 1 ? 3 : 15)) != 0)
		return TEXT_BASE64_LAST;
	if (padding == 1)
	{
		*out++ = bits >> 10;
		*out++ = bits >> 2;
	}
	else if (padding == 2)
		*out++ = bits >> 4;
	bytes->length = out - bytes->data;
	return NULL;
}

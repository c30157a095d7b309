/*
 * Finds what cannot stand in a JSON string as it is: a quote, a backslash, a
 * control character. Reader and writer spend most of their time here.
 */
#ifndef DYNAMO_JSON_SCAN_H
#define DYNAMO_JSON_SCAN_H

#include "postgres.h"

#include "port/pg_bitutils.h"

/* Compilers turn these into the vector instructions of the machine. */
#define SCAN_WIDTH 16
typedef uint8 ScanBytes __attribute__((vector_size(SCAN_WIDTH)));

static inline bool
IsPlainCharacter(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

/* How many of the SCAN_WIDTH bytes at `p` are in front of the first that is not plain. */
static inline int
PlainPrefix(const char *p)
{
#ifdef WORDS_BIGENDIAN
	int length = 0;

	while (length < SCAN_WIDTH && IsPlainCharacter(p[length]))
		length++;
	return length;
#else
	ScanBytes bytes;
	ScanBytes odd;
	uint64 found[2];

	memcpy(&bytes, p, SCAN_WIDTH);
	odd = (ScanBytes) (bytes < 0x20) | (ScanBytes) (bytes == '"') | (ScanBytes) (bytes == '\\');
	memcpy(found, &odd, SCAN_WIDTH);
	if (found[0] != 0)
		return pg_rightmost_one_pos64(found[0]) / 8;
	return found[1] != 0 ? 8 + pg_rightmost_one_pos64(found[1]) / 8 : SCAN_WIDTH;
#endif
}

/* Quotes behind a text, which let PlainRunStop go without a look at the text's length. */
static inline void
PutSentinel(char *end)
{
	memset(end, '"', SCAN_WIDTH);
}

/* The first character that is not plain, of a text with a sentinel behind it. */
static inline const char *
PlainRunStop(const char *p)
{
	int length;

	while ((length = PlainPrefix(p)) == SCAN_WIDTH)
		p += SCAN_WIDTH;
	return p + length;
}

/* Where the run of plain characters that starts at `p` ends. */
static inline const char *
PlainRunEnd(const char *p, const char *end)
{
	for (; end - p >= SCAN_WIDTH; p += SCAN_WIDTH)
	{
		int length = PlainPrefix(p);

		if (length < SCAN_WIDTH)
			return p + length;
	}
	while (p < end && IsPlainCharacter(*p))
		p++;
	return p;
}

#endif

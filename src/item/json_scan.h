/*
 * Finds what cannot stand in a JSON string as it is: a quote, a backslash, a
 * control character. Reader and writer spend most of their time here.
 */
#ifndef DYNAMO_JSON_SCAN_H
#define DYNAMO_JSON_SCAN_H

#include "postgres.h"

#include "port/pg_bitutils.h"

#define EACH_BYTE(value) ((uint64) (value) *UINT64CONST(0x0101010101010101))

/* The high bit of each zero byte; beyond the first of them, in memory order, possibly of others. */
static inline uint64
ZeroBytes(uint64 word)
{
	return (word - EACH_BYTE(0x01)) & ~word & EACH_BYTE(0x80);
}

static inline bool
IsPlainCharacter(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

/* Where the run of plain characters that starts at `p` ends. */
static inline const char *
PlainRunEnd(const char *p, const char *end)
{
	for (; end - p >= (int) sizeof(uint64); p += sizeof(uint64))
	{
		uint64 word;
		uint64 found;

		memcpy(&word, p, sizeof(word));
		found = ZeroBytes(word ^ EACH_BYTE('"')) | ZeroBytes(word ^ EACH_BYTE('\\')) |
		        ((word - EACH_BYTE(0x20)) & ~word & EACH_BYTE(0x80));
		if (found != 0)
		{
#ifdef WORDS_BIGENDIAN
			break;
#else
			return p + pg_rightmost_one_pos64(found) / 8;
#endif
		}
	}
	while (p < end && IsPlainCharacter(*p))
		p++;
	return p;
}

#endif

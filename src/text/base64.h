/*
 * Base64 (RFC 4648) as the API spells binaries: padded, without spaces. Strict,
 * so that a binary has exactly one spelling.
 */
#ifndef DYNAMO_BASE64_H
#define DYNAMO_BASE64_H

#include "text/bytes.h"

/* Length of the text of `length` bytes. */
#define BASE64_LENGTH(length) (((Size) (length) + 2) / 3 * 4)

/* Writes the text of `bytes`, without a U+0000 at the end; returns where it ends. */
extern char *Base64Encode(Bytes bytes, char *out);

/* The text, palloc'd. */
extern Bytes Base64ToText(Bytes bytes);

/* Decodes; palloc'd. Returns what is wrong with the text, or NULL. */
extern const char *Base64Decode(Bytes text, Bytes *bytes);

/* Length of what well-formed base64 decodes to. */
extern int Base64DecodedLength(Bytes text);

#endif

/*
 * Texts and binaries by their length.
 */
#ifndef DYNAMO_BYTES_H
#define DYNAMO_BYTES_H

#include "postgres.h"

/* Text or binary by length: may hold U+0000, is not terminated. */
typedef struct Bytes
{
	const char *data;
	int length;
} Bytes;

#define BYTES_LITERAL(literal) ((Bytes){ (literal), sizeof(literal) - 1 })
/* For printf's "%.*s". Stops at U+0000, as messages must. */
#define BYTES_ARGS(bytes) (bytes).length, (bytes).data

extern int BytesCompare(Bytes a, Bytes b); /* by unsigned bytes, then length */

static inline bool
BytesEqual(Bytes a, Bytes b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* The first such byte; NULL where there is none. */
static inline const char *
BytesFind(Bytes bytes, char byte)
{
	return bytes.length > 0 ? memchr(bytes.data, byte, bytes.length) : NULL;
}

/* Whether `a` begins with `b`. */
static inline bool
BytesBeginWith(Bytes a, Bytes b)
{
	return a.length >= b.length && (b.length == 0 || memcmp(a.data, b.data, b.length) == 0);
}

extern Bytes BytesFromCString(const char *string); /* points at `string` */
extern char *BytesToCString(Bytes bytes);          /* palloc'd; U+0000 ends it */

/* jsonb's order of keys. */
extern int JsonbKeyCompare(Bytes a, Bytes b);

#endif

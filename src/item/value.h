/*
 * Attribute values in memory.
 *
 * A value is immutable once built: trees share subtrees freely, and an update
 * makes new nodes along its path. Everything lives in the memory context that
 * was current when it was made; a value decoded from a stored item may point
 * into that item's memory.
 */
#ifndef DYNAMO_VALUE_H
#define DYNAMO_VALUE_H

#include "postgres.h"

#include "utils/numeric.h"

/* Text or binary by length: may hold U+0000, is not terminated. */
typedef struct Bytes
{
	const char *data;
	int length;
} Bytes;

#define BYTES_LITERAL(literal) ((Bytes){ (literal), sizeof(literal) - 1 })
/* For printf's "%.*s". Stops at U+0000, as messages must. */
#define BYTES_ARGS(bytes) (bytes).length, (bytes).data

typedef enum AttributeType
{
	ATTRIBUTE_S,
	ATTRIBUTE_N,
	ATTRIBUTE_B,
	ATTRIBUTE_SS,
	ATTRIBUTE_NS,
	ATTRIBUTE_BS,
	ATTRIBUTE_M,
	ATTRIBUTE_L,
	ATTRIBUTE_BOOL,
	ATTRIBUTE_NULL
} AttributeType;

typedef struct AttributeValue AttributeValue;
typedef struct Attribute Attribute;

struct AttributeValue
{
	AttributeType type;
	int count; /* bytes of S and B; elements of L and sets; attributes of M */
	union
	{
		const char *bytes;        /* S as UTF-8, B decoded */
		Numeric number;           /* N, normalised: no trailing zeros in its scale */
		bool boolean;             /* BOOL */
		AttributeValue *elements; /* L in order; sets ascending, without duplicates */
		Attribute *attributes;    /* M in jsonb's order of keys (length, then bytes), unique */
	};
};

/* One attribute of a map. An item is a value of type M. */
struct Attribute
{
	Bytes name;
	AttributeValue value;
};

/* "S", "N", ... as the API spells the type. */
extern const char *AttributeTypeName(AttributeType type);
/* The type that the API spells so; false where there is none. */
extern bool AttributeTypeFromName(Bytes name, AttributeType *type);

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

/* The attribute of a map, or NULL. Binary search. */
extern const AttributeValue *MapGet(const AttributeValue *map, Bytes name);

/* jsonb's order of keys. */
extern int AttributeNameCompare(Bytes a, Bytes b);

/* Sorts a map's attributes in place; of equal names the last one stays. */
extern void MapNormalise(AttributeValue *map);

#endif

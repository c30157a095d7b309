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

#include "text/bytes.h"

#include "utils/numeric.h"

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

/* The attribute of a map, or NULL. Binary search. */
extern const AttributeValue *MapGet(const AttributeValue *map, Bytes name);

/* Sorts a map's attributes in place; of equal names the last one stays. */
extern void MapNormalise(AttributeValue *map);

#endif

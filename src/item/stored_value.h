/*
 * What an entry of a stored item's jsonb stands for: the tags of the stored
 * form (item/encoding.h) resolved, nothing decoded yet.
 */
#ifndef DYNAMO_STORED_VALUE_H
#define DYNAMO_STORED_VALUE_H

#include "item/jsonb_walk.h"
#include "item/value.h"

typedef struct StoredValue
{
	AttributeType type;
	bool escaped; /* an S whose text escapes U+0000 */
	union
	{
		Bytes text; /* S, and B as base64 */
		Numeric number;
		bool boolean;
		const JsonbContainer *container; /* L, sets: an array; M: an object */
	};
} StoredValue;

/* Returns NULL, or what is wrong with the entry. */
extern const char *StoredValueRead(const JsonbEntry *entry, StoredValue *value);

#endif

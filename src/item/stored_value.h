/*
 * What an entry of a stored item's jsonb stands for: the tags of the stored
 * form (item/encoding.h) resolved, nothing decoded yet.
 */
#ifndef DYNAMO_STORED_VALUE_H
#define DYNAMO_STORED_VALUE_H

#include "json/jsonb_walk.h"
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

/* StoredValueRead of a list, a map or a tag. */
extern const char *StoredContainerRead(const JsonbContainer *container, StoredValue *value);

/* Returns NULL, or what is wrong with the entry. */
static inline const char *
StoredValueRead(const JsonbEntry *entry, StoredValue *value)
{
	value->escaped = false;
	switch (entry->type)
	{
		case JENTRY_ISSTRING:
			value->type = ATTRIBUTE_S;
			value->text = entry->text;
			return NULL;
		case JENTRY_ISNUMERIC:
			value->type = ATTRIBUTE_N;
			value->number = entry->number;
			return NULL;
		case JENTRY_ISBOOL_FALSE:
		case JENTRY_ISBOOL_TRUE:
			value->type = ATTRIBUTE_BOOL;
			value->boolean = entry->type == JENTRY_ISBOOL_TRUE;
			return NULL;
		case JENTRY_ISCONTAINER:
			return StoredContainerRead(entry->container, value);
		default:
			value->type = ATTRIBUTE_NULL;
			return NULL;
	}
}

#endif

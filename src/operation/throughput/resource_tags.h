/*
 * Tags of a table or stream, as its row keeps them: JSON like that of the API.
 */
#ifndef DYNAMO_RESOURCE_TAGS_H
#define DYNAMO_RESOURCE_TAGS_H

#include "compat.h"
#include "json/json.h"

#include "utils/jsonb.h"

typedef struct ResourceTag
{
	Bytes key;
	Bytes value;
} ResourceTag;

typedef struct ResourceTags
{
	int count;
	ResourceTag *all;
} ResourceTags;

/* Of an array; NULL: none. Palloc'd, and pointing into the JSON. Raises data_corrupted. */
extern ResourceTags ResourceTagsRead(const JsonNode *array);
extern void ResourceTagsWrite(JsonWriter *writer, const ResourceTags *tags);

/* The same of a column of its own; NULL: none. */
extern ResourceTags ResourceTagsFromJsonb(Jsonb *jsonb);
extern Jsonb *ResourceTagsToJsonb(const ResourceTags *tags);

#endif

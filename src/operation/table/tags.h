/*
 * Tags, for CreateTable and the tag operations.
 */
#ifndef DYNAMO_TAGS_H
#define DYNAMO_TAGS_H

#include "json/json.h"
#include "operation/throughput/resource_tags.h"

/*
 * Adds the tags of a request's Tags (NULL: none), once they are checked. One of the same key is
 * replaced.
 */
extern void TagsAdd(ResourceTags *tags, const JsonNode *added);

#endif

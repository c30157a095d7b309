/*
 * Tags of scalable targets.
 */
#ifndef DYNAMO_TARGET_TAGS_H
#define DYNAMO_TARGET_TAGS_H

#include "model/structure.h"
#include "operation/throughput/resource_tags.h"

/* The tags of a request, a map; NULL where it has none. Palloc'd, pointing into it. */
extern const ResourceTags *RequestTargetTags(const Structure *request);

/* Adds to the tags, in place of those of the same keys. Raises ValidationException beyond 50. */
extern void TargetTagsAdd(ResourceTags *tags, const ResourceTags *added);

#endif

/*
 * Tags of tables, for CreateTable and the tag operations.
 */
#ifndef DYNAMO_TAGS_H
#define DYNAMO_TAGS_H

#include "item/json.h"
#include "operation/throughput/table_settings.h"

/* Adds the tags of a request's Tags (NULL: none). A tag of the same key is replaced. */
extern void TagsAdd(TableSettings *settings, const JsonNode *tags);

#endif

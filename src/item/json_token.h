/*
 * What the service's parser calls the tokens of JSON, as its messages have them.
 */
#ifndef DYNAMO_JSON_TOKEN_H
#define DYNAMO_JSON_TOKEN_H

#include "item/json.h"

/* Of a list or an object where something else should stand. */
#define MISPLACED_LIST "Start of list found where not expected"
#define MISPLACED_OBJECT "Start of structure or map found where not expected."

/* The name of a scalar's token. */
extern const char *JsonTokenName(const JsonNode *node);

#endif

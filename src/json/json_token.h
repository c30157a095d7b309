/*
 * What the service's parser calls the tokens of JSON, as its messages have them.
 */
#ifndef DYNAMO_JSON_TOKEN_H
#define DYNAMO_JSON_TOKEN_H

#include "json/json.h"

/* Of a list or an object where something else should stand. */

/* The name of a scalar's token. */
extern const char *JsonTokenName(const JsonNode *node);

#endif

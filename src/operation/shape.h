/*
 * Requests are checked against their shapes before anything else. Shapes are
 * data: types, required members, lengths, ranges, patterns and enums of the
 * service model. One validator walks them and gives DynamoDB's own text:
 * "2 validation errors detected: Value '...' at '...' failed to satisfy
 * constraint: ...; Value ...".
 */
#ifndef DYNAMO_SHAPE_H
#define DYNAMO_SHAPE_H

#include "item/json.h"

typedef struct Shape Shape;

/*
 * Raises SerializationException for a member of the wrong JSON type, then
 * ValidationException naming every violated constraint. Takes members that the
 * shape does not have out of the request.
 */
extern void ShapeCheck(const Shape *shape, JsonNode *request);

#endif

/*
 * What the reader of requests and the check of their constraints share.
 */
#ifndef DYNAMO_MODEL_CHECK_H
#define DYNAMO_MODEL_CHECK_H

#include "model/structure.h"

/*
 * Raises ValidationException naming every constraint that the request violates:
 * "2 validation errors detected: Value '...' at '...' failed to satisfy
 * constraint: ...; Value ...". Attribute values are looked into only where
 * `odd_values` says that one of them holds a null or an overlong name.
 */
extern void ConstraintsCheck(const Shape *shape, const JsonNode *request, bool odd_values);

/*
 * The integer that a number's text spells. As in the service's parser, a
 * fraction is cut off. False where it does not fit 64 bits.
 */
extern bool ShapeReadInteger(const JsonNode *node, int64 *value);

#endif

/*
 * The constraints of a request's shape.
 */
#ifndef DYNAMO_MODEL_CHECK_H
#define DYNAMO_MODEL_CHECK_H

#include "model/structure.h"

/*
 * Raises ValidationException naming every constraint that the request violates:
 * "2 validation errors detected: Value '...' at '...' failed to satisfy
 * constraint: ...; Value ...", or the first of those that constraint_forms.def
 * gives another form. Attribute values are looked into only where `odd_values`
 * says that one of them holds a null.
 */
extern void ConstraintsCheck(const Shape *shape, const JsonNode *request, bool odd_values);

#endif

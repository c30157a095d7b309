/*
 * The error of a set that holds a value twice.
 */
#ifndef DYNAMO_SET_DUPLICATES_H
#define DYNAMO_SET_DUPLICATES_H

#include "compat.h"
#include "json/json.h"
#include "item/value.h"

/*
 * Raises ValidationException for a set of a request, an array of strings that are well-formed
 * members of a set of this type and of which two are equal.
 */
pg_noreturn extern void RaiseSetDuplicates(const JsonNode *node, AttributeType type);

#endif

/*
 * Values of a request as the messages of the service's older framework show them.
 */
#ifndef DYNAMO_MODEL_VALUE_TEXT_H
#define DYNAMO_MODEL_VALUE_TEXT_H

#include "model/structure.h"

#include "lib/stringinfo.h"

/*
 * Appends "[KeySchemaElement(attributeName=pk, keyType=HASH)]" and the like, cut at
 * MAX_SHOWN_VALUE bytes; the brackets that are open there are closed behind the cut.
 */
extern void ValueTextAppend(StringInfo out, const Shape *shape, const JsonNode *node);

/* Appends a member's name as those messages spell it: "tableName". */
extern void LowerFirstAppend(StringInfo out, Bytes name);

/* The value of a structure's or union's member, which is the `position`th of its shape; or NULL. */
extern const JsonNode *ShapeMemberValue(const Shape *shape, const JsonNode *node, int position);

#endif

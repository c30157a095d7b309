/*
 * What a condition may compare a key attribute with.
 */
#ifndef DYNAMO_KEY_OPERAND_H
#define DYNAMO_KEY_OPERAND_H

#include "storage/relation/table.h"

/*
 * Raises ValidationException for an operand of another type than the
 * attribute's, an empty one, or one that no key can be as long as.
 */
extern void KeyOperandCheck(const KeyAttribute *attribute, const AttributeValue *operand,
                            bool partition);

#endif

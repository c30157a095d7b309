/*
 * Operands of key conditions.
 */
#include "storage/read/key_operand.h"

#include "error/error.h"
#include "item/key.h"

static void
CheckSize(const KeyAttribute *attribute, const AttributeValue *operand, bool partition)
{
	if (operand->type == ATTRIBUTE_N)
		return;
	if (operand->count == 0)
		ValidationError(TEXT_KEY_EMPTY, operand->type == ATTRIBUTE_S ? "string" : "binary",
		                BYTES_ARGS(attribute->name));
	if (partition && operand->count > MAX_PARTITION_KEY_SIZE)
		ValidationError(TEXT_KEY_HASH_SIZE);
	if (!partition && operand->count > MAX_SORT_KEY_SIZE)
		ValidationError(TEXT_KEY_RANGE_SIZE);
}

void
KeyOperandCheck(const KeyAttribute *attribute, const AttributeValue *operand, bool partition)
{
	if (operand->type != attribute->type)
		ValidationError(TEXT_CONDITION_TYPE);
	CheckSize(attribute, operand, partition);
}

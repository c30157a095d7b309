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
		ValidationError("One or more parameter values are not valid. The AttributeValue for a key "
		                "attribute cannot contain an empty %s value. Key: %.*s",
		                operand->type == ATTRIBUTE_S ? "string" : "binary",
		                BYTES_ARGS(attribute->name));
	if (partition && operand->count > MAX_PARTITION_KEY_SIZE)
		ValidationError("One or more parameter values were invalid: Size of hashkey has exceeded "
		                "the maximum size limit of2048 bytes");
	if (!partition && operand->count > MAX_SORT_KEY_SIZE)
		ValidationError("One or more parameter values were invalid: Aggregated size of all range "
		                "keys has exceeded the size limit of 1024 bytes");
}

void
KeyOperandCheck(const KeyAttribute *attribute, const AttributeValue *operand, bool partition)
{
	if (operand->type != attribute->type)
		ValidationError("One or more parameter values were invalid: Condition parameter type does "
		                "not match schema type");
	CheckSize(attribute, operand, partition);
}

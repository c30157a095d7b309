/*
 * Writing items to a response, whole or projected.
 */
#include "operation/item/item_read.h"

#include "item/encoding.h"

const ParameterRules projection_rules = {
	.legacy = { MEMBER_AttributesToGet },
	.expressions = { MEMBER_ProjectionExpression },
	.values_missing = NULL,
};

#define FULL_ANSWER_TEXT (16 * 1024 * 1024)

bool
AnswerIsFull(const JsonWriter *response)
{
	return response->out->len >= FULL_ANSWER_TEXT;
}

void
FailedItemMember(JsonWriter *writer, const TableAccess *access, const Jsonb *item)
{
	if (item == NULL || AnswerIsFull(writer))
		return;
	if (!access->whole)
		elog(ERROR, "an item leaves by an error of a request that shows no whole items");
	JsonName(writer, "Item");
	StoredItemWrite(writer, item);
}

void
ProjectedItemWrite(JsonWriter *writer, const ItemView *item, const BoundExpression *projection)
{
	AttributeValue map;

	if (projection != NULL)
	{
		map = ProjectionApply(projection, item);
		AttributeMapWrite(writer, &map);
	}
	else if (item->stored != NULL)
		StoredItemWrite(writer, item->stored);
	else
		AttributeMapWrite(writer, item->map);
}

/*
 * The parts that the reading operations have in common.
 */
#ifndef DYNAMO_ITEM_READ_H
#define DYNAMO_ITEM_READ_H

#include "expr/expression.h"
#include "json/json.h"
#include "operation/access/table_access.h"
#include "operation/request/parameters.h"

/*
 * The rules of requests that have nothing but a projection: GetItem, and each
 * table of BatchGetItem.
 */
extern const ParameterRules projection_rules;

/*
 * Whether an answer has so much text, 16 MB, that further items are left for
 * another request. The item that makes it so is in it, so that each answer has
 * an item and reading goes on.
 */
extern bool AnswerIsFull(const JsonWriter *response);

/*
 * The one writer of items that leave by errors: writes the member Item, unless there is none (NULL)
 * or the answer is full.
 */
extern void FailedItemMember(JsonWriter *writer, const TableAccess *access, const Jsonb *item);

/* Writes the item as DynamoDB JSON: all of it, or what the projection (NULL: none) names. */
extern void ProjectedItemWrite(JsonWriter *writer, const ItemView *item,
                               const BoundExpression *projection);

#endif

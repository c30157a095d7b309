/*
 * The parts that PutItem, UpdateItem and DeleteItem have in common: their
 * condition, what they return, what they consumed.
 */
#ifndef DYNAMO_ITEM_WRITE_H
#define DYNAMO_ITEM_WRITE_H

#include "compat.h"
#include "expr/expression.h"
#include "model/structure.h"
#include "operation/access/table_access.h"
#include "operation/context.h"
#include "operation/throughput/capacity.h"
#include "operation/request/parameters.h"
#include "storage/write/write.h"

/* What an INSERT of PartiQL says of an item that is already there. */

typedef enum ReturnValues
{
	RETURN_NONE,
	RETURN_ALL_OLD,
	RETURN_UPDATED_OLD,
	RETURN_ALL_NEW,
	RETURN_UPDATED_NEW
} ReturnValues;

/*
 * One write of one item. The response is written while the item is locked,
 * straight from its stored form; `mark` is where that began, for a decision
 * that must be made again.
 */
typedef struct ItemWriteState
{
	const OperationContext *context;
	const Structure *request;
	JsonWriter *response;
	ReturnValues return_values;
	BoundExpression *condition; /* NULL: none */
	bool return_on_failure;     /* the item, with a failed condition */
	CapacityDetail detail;
	TableAccess access;
	ConsumedCapacity capacity;
	const Jsonb *put; /* what is to replace the item as a whole; NULL: nothing known beforehand */
	int mark_length;
	bool mark_comma;
} ItemWriteState;

/* Whether ReturnValuesOnConditionCheckFailure asks for the item. */
extern bool ReturnsOnFailure(const Structure *request);

/* Rejects every ReturnValues but NONE and ALL_OLD. */
extern void ReturnValuesCheckOldOnly(const Structure *request);

extern void ItemWriteStart(ItemWriteState *state, const OperationContext *context,
                           const Structure *request, JsonWriter *response);

/* The condition that Expected or ConditionExpression gives; NULL: none. */
extern BoundExpression *ItemWriteCondition(const Structure *request, ExpressionBindings *bindings);

/*
 * Opens the request's table with the privileges of the write, and those of what it reads. `update`
 * is what it evaluates beside its condition; NULL: nothing.
 */
extern void ItemWriteOpen(ItemWriteState *state, AclMode required, BoundExpression *update);

/* Decides and writes, and the response with it. */
extern void ItemWriteRun(ItemWriteState *state, const ItemKey *key, WriteDecision decide,
                         void *decision_state);

/*
 * To be called first by each decision: takes back the response of an earlier
 * attempt and raises ConditionalCheckFailedException unless the condition holds.
 */
extern void ItemWriteBegin(ItemWriteState *state, const Jsonb *current);

/* Raises ConditionalCheckFailedException, with the item where it is not NULL. */
pg_noreturn extern void ItemWriteConditionFailed(const OperationContext *context,
                                                 const TableAccess *access, const Jsonb *item);

/*
 * To be called by each decision to write: counts what it costs to replace
 * `before` by `after` (NULL: there is none). Raises the exception of a global
 * index that has no throughput left for it.
 */
extern void ItemWriteConsume(ItemWriteState *state, const Jsonb *before, const Jsonb *after);

/* Writes the member Attributes from a stored item; `item` NULL: nothing. */
extern void ItemWriteReturnStored(ItemWriteState *state, const Jsonb *item);

#endif

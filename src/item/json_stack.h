/*
 * Children of arrays and objects while these are being read. They are copied out
 * when their container ends; a very large container keeps the stack itself.
 */
#ifndef DYNAMO_JSON_STACK_H
#define DYNAMO_JSON_STACK_H

#include "item/json_source.h"

/* A child, or its name in front of it: two of them are a JsonMember. */
typedef union JsonCell
{
	JsonNode node;
	Bytes name;
} JsonCell;

typedef struct JsonStack
{
	JsonCell *cells;
	int count;
	int size;
} JsonStack;

/* In the current context; JsonStackEnd frees what no container has kept. */
extern void JsonStackStart(JsonStack *stack);
extern void JsonStackEnd(JsonStack *stack);

/* Room for more cells. */
extern void JsonStackGrow(JsonStack *stack);

static inline JsonCell *
JsonStackPush(JsonStack *stack)
{
	if (unlikely(stack->count == stack->size))
		JsonStackGrow(stack);
	return &stack->cells[stack->count++];
}

static inline void
JsonStackPushElement(JsonStack *stack, const JsonNode *value)
{
	JsonStackPush(stack)->node = *value;
}

static inline void
JsonStackPushMember(JsonStack *stack, Bytes name, const JsonNode *value)
{
	JsonStackPush(stack)->name = name;
	JsonStackPush(stack)->node = *value;
}

/* Takes what was pushed since the count was `base` off the stack, as an array or an object. */
extern void JsonStackTakeArray(JsonStack *stack, int base, JsonSource *source, JsonNode *node);
extern void JsonStackTakeObject(JsonStack *stack, int base, JsonSource *source, JsonNode *node);

#endif

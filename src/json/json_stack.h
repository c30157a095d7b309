/*
 * Children of arrays and objects while these are being read. They are copied out
 * when their container ends; a very large container keeps the stack itself.
 */
#ifndef DYNAMO_JSON_STACK_H
#define DYNAMO_JSON_STACK_H

#include "json/json_source.h"

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

/* So many cells are not copied, unless as many lie under them. */
#define JSON_STACK_KEPT_SIZE (64 * 1024)

/* Gives the cells from `base` on away, and makes another stack of those under them. */
extern JsonCell *JsonStackKeep(JsonStack *stack, int base);

/* Takes the cells that were pushed since the count was `base`; NULL where there are none. */
static inline void *
JsonStackTake(JsonStack *stack, int base, JsonSource *source)
{
	int count = stack->count - base;
	JsonCell *taken;

	if (count == 0)
		return NULL;
	if (unlikely(count >= JSON_STACK_KEPT_SIZE && base < count))
		taken = JsonStackKeep(stack, base);
	else
	{
		taken = JsonSourceAllocate(source, sizeof(JsonCell) * count);
		memcpy(taken, stack->cells + base, sizeof(JsonCell) * count);
	}
	stack->count = base;
	return taken;
}

/* The same as an array or an object. */
static inline void
JsonStackTakeArray(JsonStack *stack, int base, JsonSource *source, JsonNode *node)
{
	node->type = JSON_NODE_ARRAY;
	node->count = stack->count - base;
	node->elements = JsonStackTake(stack, base, source);
}

static inline void
JsonStackTakeObject(JsonStack *stack, int base, JsonSource *source, JsonNode *node)
{
	node->type = JSON_NODE_OBJECT;
	node->count = (stack->count - base) / 2;
	node->members = JsonStackTake(stack, base, source);
}

#endif

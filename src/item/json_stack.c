/*
 * The stack of children. A cell is 16 bytes, so that a tree takes that for a
 * value and as much for a member's name.
 */
#include "item/json_stack.h"

#define FIRST_SIZE 64

/* So many cells are not copied, unless others lie under them. */
#define KEPT_SIZE (64 * 1024)

StaticAssertDecl(sizeof(JsonMember) == 2 * sizeof(JsonCell) &&
                     offsetof(JsonMember, value) == sizeof(JsonCell),
                 "a member is two cells");

void
JsonStackStart(JsonStack *stack)
{
	stack->count = 0;
	stack->size = FIRST_SIZE;
	stack->cells = palloc(sizeof(JsonCell) * FIRST_SIZE);
}

void
JsonStackEnd(JsonStack *stack)
{
	pfree(stack->cells);
}

void
JsonStackGrow(JsonStack *stack)
{
	stack->size *= 2;
	stack->cells = repalloc_huge(stack->cells, sizeof(JsonCell) * stack->size);
}

/* Gives the cells from `base` on away, and makes another stack of those under them. */
static JsonCell *
KeepCells(JsonStack *stack, int base)
{
	JsonCell *kept = repalloc_huge(stack->cells, sizeof(JsonCell) * stack->count);

	JsonStackStart(stack);
	memcpy(stack->cells, kept, sizeof(JsonCell) * base);
	stack->count = base;
	return kept + base;
}

static void *
TakeCells(JsonStack *stack, int base, JsonSource *source)
{
	int count = stack->count - base;
	JsonCell *taken;

	if (count == 0)
		return NULL;
	if (count >= KEPT_SIZE && base <= FIRST_SIZE)
		return KeepCells(stack, base);
	taken = JsonSourceAllocate(source, sizeof(JsonCell) * count);
	memcpy(taken, stack->cells + base, sizeof(JsonCell) * count);
	stack->count = base;
	return taken;
}

void
JsonStackTakeArray(JsonStack *stack, int base, JsonSource *source, JsonNode *node)
{
	node->type = JSON_NODE_ARRAY;
	node->count = stack->count - base;
	node->elements = TakeCells(stack, base, source);
}

void
JsonStackTakeObject(JsonStack *stack, int base, JsonSource *source, JsonNode *node)
{
	node->type = JSON_NODE_OBJECT;
	node->count = (stack->count - base) / 2;
	node->members = TakeCells(stack, base, source);
}

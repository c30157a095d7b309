/*
 * The stack of children. A cell is 16 bytes, so that a tree takes that for a
 * value and as much for a member's name.
 */
#include "json/json_stack.h"

#define FIRST_SIZE 64

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

JsonCell *
JsonStackKeep(JsonStack *stack, int base)
{
	JsonCell *kept = repalloc_huge(stack->cells, sizeof(JsonCell) * stack->count);

	stack->size = base + FIRST_SIZE;
	stack->cells = palloc(sizeof(JsonCell) * stack->size);
	memcpy(stack->cells, kept, sizeof(JsonCell) * base);
	return kept + base;
}

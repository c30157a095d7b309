/*
 * Allocations that valgrind can see.
 */
#include "exact_alloc.h"

#include <malloc.h>

void *
ExactAlloc(Size size)
{
	MemoryContextCallback *callback =
	    MemoryContextAlloc(CurrentMemoryContext, sizeof(MemoryContextCallback));

	callback->func = free;
	callback->arg = malloc(size);
	if (callback->arg == NULL)
		elog(ERROR, "out of memory");
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	return callback->arg;
}

void *
ExactRealloc(void *pointer, Size size)
{
	return memcpy(ExactAlloc(size), pointer, Min(malloc_usable_size(pointer), size));
}

/*
 * For a fuzzer under valgrind: PostgreSQL allocates from blocks of its own,
 * inside which valgrind cannot see a read or write beyond an allocation. This
 * gives each allocation its own malloc, freed with the memory context.
 */
#ifndef EXACT_ALLOC_H
#define EXACT_ALLOC_H

#include "postgres.h"

#include "utils/memutils.h"

extern void *ExactAlloc(Size size);
extern void *ExactRealloc(void *pointer, Size size);

#undef palloc
#undef pfree
#define palloc(size) ExactAlloc(size)
#define pfree(pointer) ((void) (pointer)) /* goes with its context */
#define MemoryContextAllocHuge(context, size) ExactAlloc(size)
#define repalloc_huge(pointer, size) ExactRealloc(pointer, size)

#endif

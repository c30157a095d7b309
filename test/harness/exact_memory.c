/*
 * Preloaded into a server that runs under AddressSanitizer or valgrind: gives
 * each allocation of PostgreSQL's memory contexts a malloc of its own, freed
 * with it, since neither tool sees a fault inside the blocks that an AllocSet
 * carves up. The methods of the AllocSets are replaced in place, so that this
 * holds for every context of every process that the postmaster forks.
 *
 * The library is linked with -z initfirst, and allocates before anything else:
 * libgpg-error, which postgres is linked with, calls bindtextdomain before
 * main, which allocates under the lock of the message catalogs; the sanitizer,
 * were it to start then, would take that lock once more for the text of an
 * error of dlsym, and leave it broken, so that the server hangs at its start.
 */
#define _GNU_SOURCE
#include "postgres.h"

#include "lib/ilist.h"
#include "nodes/memnodes.h"
#include "utils/memutils.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 160000
#error "the methods of memory contexts are those of PostgreSQL 15"
#endif

#define EXACT_MAGIC UINT64CONST(0x65786163746c7921)
#define TABLE_SIZE 1024

/* Stands before an allocation. PostgreSQL finds the context directly before its data. */
typedef struct Chunk
{
	dlist_node node;
	Size size;
	Size unused; /* data is aligned as malloc's */
	uint64 magic;
	MemoryContext context;
} Chunk;

/* The chunks of one context. */
typedef struct Owner
{
	struct Owner *next;
	MemoryContext context;
	dlist_head chunks;
} Owner;

static MemoryContextMethods blocks; /* the methods as they were */
static Owner *owners[TABLE_SIZE];
static void (*poison)(void const volatile *, size_t);

static Owner **
FindOwner(MemoryContext context)
{
	Owner **owner = &owners[((uintptr_t) context >> 6) % TABLE_SIZE];

	while (*owner != NULL && (*owner)->context != context)
		owner = &(*owner)->next;
	return owner;
}

static Owner *
GetOwner(MemoryContext context)
{
	Owner **found = FindOwner(context);

	if (*found == NULL)
	{
		Owner *owner = malloc(sizeof(Owner));

		if (owner == NULL)
			return NULL;
		owner->next = NULL;
		owner->context = context;
		dlist_init(&owner->chunks);
		*found = owner;
	}
	return *found;
}

/* NULL for what was allocated before the methods were replaced. */
static Chunk *
ChunkOf(void *pointer)
{
	Chunk *chunk = (Chunk *) ((char *) pointer - sizeof(Chunk));

	return chunk->magic == EXACT_MAGIC ? chunk : NULL;
}

static void *
ExactAlloc(MemoryContext context, Size size)
{
	Owner *owner = GetOwner(context);
	Chunk *chunk = owner == NULL ? NULL : malloc(sizeof(Chunk) + size);

	if (chunk == NULL)
		return NULL;
	dlist_push_head(&owner->chunks, &chunk->node);
	chunk->size = size;
	chunk->unused = 0;
	chunk->magic = EXACT_MAGIC;
	chunk->context = context;
	context->mem_allocated += size;
	if (poison != NULL)
		poison(chunk, sizeof(Chunk) - sizeof(chunk->context));
	return chunk + 1;
}

static void
FreeChunk(Chunk *chunk)
{
	dlist_delete(&chunk->node);
	chunk->context->mem_allocated -= chunk->size;
	chunk->magic = 0;
	free(chunk);
}

static void
ExactFree(MemoryContext context, void *pointer)
{
	Chunk *chunk = ChunkOf(pointer);

	if (chunk != NULL)
		FreeChunk(chunk);
	else
		blocks.free_p(context, pointer);
}

static void *
ExactRealloc(MemoryContext context, void *pointer, Size size)
{
	Chunk *chunk = ChunkOf(pointer);
	void *moved;

	if (chunk == NULL)
		return blocks.realloc(context, pointer, size);
	moved = ExactAlloc(context, size);
	if (moved == NULL)
		return NULL;
	memcpy(moved, pointer, Min(size, chunk->size));
	FreeChunk(chunk);
	return moved;
}

static void
FreeChunks(MemoryContext context)
{
	Owner **found = FindOwner(context);
	Owner *owner = *found;
	dlist_mutable_iter each;

	if (owner == NULL)
		return;
	dlist_foreach_modify(each, &owner->chunks) FreeChunk(dlist_container(Chunk, node, each.cur));
	*found = owner->next;
	free(owner);
}

static void
ExactReset(MemoryContext context)
{
	FreeChunks(context);
	blocks.reset(context);
}

static void
ExactDelete(MemoryContext context)
{
	FreeChunks(context);
	blocks.delete_context(context);
}

static Size
ExactChunkSpace(MemoryContext context, void *pointer)
{
	Chunk *chunk = ChunkOf(pointer);

	return chunk != NULL ? chunk->size + sizeof(Chunk) : blocks.get_chunk_space(context, pointer);
}

static void
ReplaceMethods(MemoryContextMethods *methods)
{
	Size page = sysconf(_SC_PAGESIZE);
	char *start = (char *) ((uintptr_t) methods / page * page);

	if (mprotect(start, (char *) (methods + 1) - start, PROT_READ | PROT_WRITE) != 0)
		abort();
	blocks = *methods;
	methods->alloc = ExactAlloc;
	methods->free_p = ExactFree;
	methods->realloc = ExactRealloc;
	methods->reset = ExactReset;
	methods->delete_context = ExactDelete;
	methods->get_chunk_space = ExactChunkSpace;
}

extern const char *__ubsan_default_options(void);

static void __attribute__((constructor)) StartFirst(void)
{
	void *volatile first = malloc(1); /* the compiler must not leave it out */

	free(first);
	poison = (void (*)(void const volatile *, size_t)) dlsym(RTLD_DEFAULT,
	                                                         "__asan_poison_memory_region");
}

/*
 * The undefined behaviour sanitizer reads its options with its first finding, from
 * /proc/self/environ, where the process's title stands by then.
 */
const char *
__ubsan_default_options(void)
{
	const char *options = getenv("UBSAN_OPTIONS");

	return options != NULL ? options : "";
}

/* A server reads its arguments when it has its first memory contexts, and little else. */
int
getopt(int argc, char *const *argv, const char *options)
{
	int (*next)(int, char *const *, const char *) =
	    (int (*)(int, char *const *, const char *)) dlsym(RTLD_NEXT, "getopt");
	MemoryContext *top = dlsym(RTLD_DEFAULT, "TopMemoryContext");

	if (top != NULL && *top != NULL && blocks.alloc == NULL)
		ReplaceMethods(unconstify(MemoryContextMethods *, (*top)->methods));
	return next(argc, argv, options);
}

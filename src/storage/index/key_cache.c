/*
 * Hints in shared memory: a table of lines, each of the size of a processor's
 * cache line, so that a look costs one miss. A key's hash chooses the line; in
 * it any of the places may be the key's. Where the line is full, the hash
 * chooses whose place is taken.
 *
 * There is no lock. A place is one word, read and written whole; of two writers
 * one wins. Since a hint is checked by its user, anything that stands in the table is
 * harmless: an old place, another key's with the same tag, or what the memory
 * held at first.
 */
#include "storage/index/key_cache.h"

#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/guc.h"

#include "compat.h"
#include "session/shared_memory.h"
#include "storage/index/key_cache_counters.h"

/* A place: the buffer, the offset on its page, and the lowest bits of the hash. 0 is none. */
#define BUFFER_BITS 26
#define OFFSET_BITS 11
#define TAG_BITS (64 - BUFFER_BITS - OFFSET_BITS)

#define LINE_PLACES 8

typedef struct KeyCacheLine
{
	volatile uint64 places[LINE_PLACES];
} KeyCacheLine;

/* Of shared buffers, as many as there are rows of 500 bytes in them. */
#define SHARE_OF_BUFFERS 64

#define MAX_SIZE (64 * 1024 * 1024) /* kB; LineOf multiplies 32 bits */

static int cache_size = -1; /* kB */

static KeyCacheLine *lines = NULL;
static uint64 line_count = 0;

/* Shows the size that was chosen, as PostgreSQL does for wal_buffers. */
static void
ChooseSize(void)
{
	char size[32];

	if (cache_size >= 0)
		return;
	snprintf(size, sizeof(size), "%d",
	         Min(NBuffers / SHARE_OF_BUFFERS * (BLCKSZ / 1024), MAX_SIZE));
	SetConfigOption("dynamo.key_cache_size", size, PGC_POSTMASTER, PGC_S_DYNAMIC_DEFAULT);
	if (cache_size < 0)
		SetConfigOption("dynamo.key_cache_size", size, PGC_POSTMASTER, PGC_S_OVERRIDE);
}

static Size
LinesSize(void)
{
	ChooseSize();
	line_count = (uint64) cache_size * 1024 / sizeof(KeyCacheLine);
	return line_count * sizeof(KeyCacheLine);
}

static void
Attach(void *memory, LWLock *lock)
{
	lines = memory;
}

static const SharedMemory memory = {
	.name = "dynamo key cache",
	.size = LinesSize,
	.attach = Attach,
};

void
KeyCacheInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable("dynamo.key_cache_size",
	                        "Shared memory for the places of rows in shared buffers by their keys.",
	                        "0 keeps none, -1 takes a 64th of shared_buffers.", &cache_size, -1, -1,
	                        MAX_SIZE, PGC_POSTMASTER, GUC_UNIT_KB, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	KeyCacheCountersInit();
}

uint64
KeyCachePlaces(void)
{
	return lines == NULL ? 0 : line_count * LINE_PLACES;
}

bool
KeyCacheServes(Relation leaf)
{
	return lines != NULL && !RelationUsesLocalBuffers(leaf);
}

uint64
KeyCacheHash(Relation leaf, const ItemKey *key)
{
	if (!KeyCacheServes(leaf))
		return 0;
	return ItemKeyHash(key, ((uint64) MyDatabaseId << 32) | RelationFileNumber(leaf));
}

static KeyCacheLine *
LineOf(uint64 hash)
{
	return &lines[((hash >> 32) * line_count) >> 32];
}

static uint64
TagOf(uint64 hash)
{
	return hash & ((UINT64CONST(1) << TAG_BITS) - 1);
}

static uint64
TagOfPlace(uint64 place)
{
	return place >> (BUFFER_BITS + OFFSET_BITS);
}

bool
KeyCacheFind(uint64 hash, RowPlace *place)
{
	const KeyCacheLine *line;

	if (hash == 0)
		return false;
	line = LineOf(hash);
	for (int i = 0; i < LINE_PLACES; i++)
	{
		uint64 found = line->places[i];

		if (found == 0 || TagOfPlace(found) != TagOf(hash))
			continue;
		place->buffer = (found >> OFFSET_BITS) & ((1 << BUFFER_BITS) - 1);
		place->offset = found & ((1 << OFFSET_BITS) - 1);
		return place->buffer > 0 && place->buffer <= NBuffers;
	}
	return false;
}

/* The key's own place, the one that KeyCacheFind would find; a free one; or another's. */
static volatile uint64 *
ChoosePlace(KeyCacheLine *line, uint64 hash)
{
	for (int i = 0; i < LINE_PLACES; i++)
		if (line->places[i] == 0 || TagOfPlace(line->places[i]) == TagOf(hash))
			return &line->places[i];
	return &line->places[(hash >> TAG_BITS) % LINE_PLACES];
}

void
KeyCacheRemember(uint64 hash, RowPlace place)
{
	volatile uint64 *chosen;
	uint64 word;

	if (hash == 0 || place.buffer >= (1 << BUFFER_BITS) || place.offset >= (1 << OFFSET_BITS))
		return;
	chosen = ChoosePlace(LineOf(hash), hash);
	word = (TagOf(hash) << (BUFFER_BITS + OFFSET_BITS)) | ((uint64) place.buffer << OFFSET_BITS) |
	       place.offset;
	if (*chosen != word)
		*chosen = word;
}

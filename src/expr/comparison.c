/*
 * What comparisons of one evaluation have found. Values are known by where they
 * are: an item's attributes are decoded once an evaluation, and the values of a
 * request once a request.
 */
#include "expr/comparison.h"

#include "item/compare.h"

#include "miscadmin.h"

/* A comparison of fewer pairs of values is sooner made again than found. */
#define REMEMBERED_WORK 256

/* The elements of a shorter list are sooner compared than their hashes. */
#define HASHED_LENGTH 64

typedef struct ComparedPair
{
	const AttributeValue *a;
	const AttributeValue *b;
	bool equal;
} ComparedPair;

typedef struct SearchedList
{
	const AttributeValue *list;
	uint32 *hashes; /* of its elements; NULL: it was searched once only */
} SearchedList;

struct ComparisonMemory
{
	int pair_count;
	int pair_room;
	ComparedPair *pairs;
	int list_count;
	int list_room;
	SearchedList *lists;
};

static ComparisonMemory *
MemoryOf(Evaluation *evaluation)
{
	if (evaluation->comparisons == NULL)
		evaluation->comparisons = palloc0(sizeof(ComparisonMemory));
	return evaluation->comparisons;
}

/* Room for one more element. */
static void *
MakeRoom(void *array, int count, int *room, Size element_size)
{
	if (count < *room)
		return array;
	*room = Max(8, *room * 2);
	return array == NULL ? palloc(*room * element_size) : repalloc(array, *room * element_size);
}

static const ComparedPair *
FindPair(const ComparisonMemory *memory, const AttributeValue *a, const AttributeValue *b)
{
	for (int i = 0; memory != NULL && i < memory->pair_count; i++)
	{
		const ComparedPair *pair = &memory->pairs[i];

		if (pair->a == a && pair->b == b)
			return pair;
	}
	return NULL;
}

static void
RememberPair(ComparisonMemory *memory, const AttributeValue *a, const AttributeValue *b, bool equal)
{
	memory->pairs =
	    MakeRoom(memory->pairs, memory->pair_count, &memory->pair_room, sizeof(ComparedPair));
	memory->pairs[memory->pair_count++] = (ComparedPair){ a, b, equal };
}

static bool
IsContainer(const AttributeValue *value)
{
	return (TYPE_BIT(value->type) & (TYPES_SETS | TYPE_BIT(ATTRIBUTE_L) | TYPE_BIT(ATTRIBUTE_M))) !=
	       0;
}

bool
OperandsEqual(Evaluation *evaluation, const AttributeValue *a, const AttributeValue *b)
{
	const ComparedPair *known;
	int64 work;
	bool equal;

	if (a->type != b->type || !IsContainer(a))
		return AttributeValueEqual(a, b);
	known = FindPair(evaluation->comparisons, a, b);
	if (known != NULL)
		return known->equal;
	equal = AttributeValueEqualCounted(a, b, &work);
	if (work >= REMEMBERED_WORK)
		RememberPair(MemoryOf(evaluation), a, b, equal);
	return equal;
}

static uint32 *
HashElements(const AttributeValue *list)
{
	uint32 *hashes = palloc(sizeof(uint32) * list->count);

	for (int i = 0; i < list->count; i++)
		hashes[i] = AttributeValueHash(&list->elements[i]);
	return hashes;
}

/* The hashes of the list's elements; NULL the first time. */
static const uint32 *
HashesOf(ComparisonMemory *memory, const AttributeValue *list)
{
	for (int i = 0; i < memory->list_count; i++)
	{
		SearchedList *searched = &memory->lists[i];

		if (searched->list != list)
			continue;
		if (searched->hashes == NULL)
			searched->hashes = HashElements(list);
		return searched->hashes;
	}
	memory->lists =
	    MakeRoom(memory->lists, memory->list_count, &memory->list_room, sizeof(SearchedList));
	memory->lists[memory->list_count++] = (SearchedList){ list, NULL };
	return NULL;
}

bool
ListHas(Evaluation *evaluation, const AttributeValue *list, const AttributeValue *element)
{
	const uint32 *hashes = NULL;
	uint32 hash = 0;

	if (list->count >= HASHED_LENGTH)
		hashes = HashesOf(MemoryOf(evaluation), list);
	if (hashes != NULL)
		hash = AttributeValueHash(element);
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < list->count; i++)
	{
		if ((hashes == NULL || hashes[i] == hash) &&
		    AttributeValueEqual(&list->elements[i], element))
			return true;
	}
	return false;
}

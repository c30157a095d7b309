/*
 * Candidates of a search for vectors.
 */
#include "storage/read/vector_candidates.h"

#include <math.h>

#define FIRST_ROOM 1024

void
CandidatesInit(Candidates *candidates, int uppers)
{
	*candidates = (Candidates){ .upper_most = uppers, .limit = INFINITY, .room = FIRST_ROOM };
	candidates->uppers =
	    MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * (Size) uppers);
	candidates->all = palloc(sizeof(Candidate) * FIRST_ROOM);
}

static void
SiftDown(double *heap, int count, double value)
{
	int hole = 0;

	while (true)
	{
		int child = 2 * hole + 1;

		if (child >= count)
			break;
		if (child + 1 < count && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			break;
		heap[hole] = heap[child];
		hole = child;
	}
	heap[hole] = value;
}

static void
SiftUp(double *heap, int hole, double value)
{
	while (hole > 0 && heap[(hole - 1) / 2] < value)
	{
		heap[hole] = heap[(hole - 1) / 2];
		hole = (hole - 1) / 2;
	}
	heap[hole] = value;
}

static void
AddUpper(Candidates *candidates, double upper)
{
	if (candidates->upper_count < candidates->upper_most)
		SiftUp(candidates->uppers, candidates->upper_count++, upper);
	else if (upper < candidates->uppers[0])
		SiftDown(candidates->uppers, candidates->upper_count, upper);
	if (candidates->upper_count == candidates->upper_most)
		candidates->limit = candidates->uppers[0];
}

static void
ForgetFar(Candidates *candidates)
{
	int kept = 0;

	for (int i = 0; i < candidates->count; i++)
		if (candidates->all[i].lower <= candidates->limit)
			candidates->all[kept++] = candidates->all[i];
	candidates->count = kept;
}

static void
MakeRoom(Candidates *candidates)
{
	ForgetFar(candidates);
	if (candidates->count <= candidates->room / 2)
		return;
	candidates->room *= 2;
	candidates->all = repalloc_huge(candidates->all, (Size) candidates->room * sizeof(Candidate));
}

void
CandidatesAdd(Candidates *candidates, VectorBounds bounds, int leaf, ItemPointer tid)
{
	if (bounds.lower > candidates->limit)
		return;
	AddUpper(candidates, bounds.upper);
	if (candidates->count == candidates->room)
		MakeRoom(candidates);
	candidates->all[candidates->count++] = (Candidate){ bounds.lower, leaf, *tid };
}

static int
CompareCandidates(const void *a, const void *b)
{
	double left = ((const Candidate *) a)->lower;
	double right = ((const Candidate *) b)->lower;

	return left < right ? -1 : left > right ? 1 : 0;
}

void
CandidatesSort(Candidates *candidates)
{
	ForgetFar(candidates);
	qsort(candidates->all, candidates->count, sizeof(Candidate), CompareCandidates);
}

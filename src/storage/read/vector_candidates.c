/*
 * Candidates of a search for vectors.
 */
#include "storage/read/vector_candidates.h"

#include <math.h>

#define FIRST_ROOM 1024
#define MOST_ROOM 262144 /* 6 MB */

const Candidate first_candidate = { .lower = -INFINITY };

/* Behind all others: walks have no such leaf. */
static const Candidate no_candidate = { .lower = INFINITY, .leaf = PG_INT32_MAX };

void
CandidatesInit(Candidates *candidates, const Candidate *from, int uppers, double limit)
{
	*candidates = (Candidates){ .from = *from, .upper_most = uppers, .limit = limit };
	candidates->end = no_candidate;
	candidates->room = FIRST_ROOM;
	candidates->uppers = palloc_array(double, Max(uppers, 1));
	candidates->all = palloc_array(Candidate, FIRST_ROOM);
}

void
CandidatesFree(Candidates *candidates)
{
	pfree(candidates->uppers);
	pfree(candidates->all);
}

static int
CompareCandidates(const void *a, const void *b)
{
	const Candidate *left = a;
	const Candidate *right = b;

	if (left->lower != right->lower)
		return left->lower < right->lower ? -1 : 1;
	if (left->leaf != right->leaf)
		return left->leaf < right->leaf ? -1 : 1;
	return ItemPointerCompare(unconstify(ItemPointerData *, &left->tid),
	                          unconstify(ItemPointerData *, &right->tid));
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
		candidates->limit = Min(candidates->limit, candidates->uppers[0]);
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

/* The nearer half stays. */
static void
LeaveToLater(Candidates *candidates)
{
	qsort(candidates->all, candidates->count, sizeof(Candidate), CompareCandidates);
	candidates->count /= 2;
	candidates->end = candidates->all[candidates->count];
}

static void
MakeRoom(Candidates *candidates)
{
	ForgetFar(candidates);
	if (candidates->count <= candidates->room / 2)
		return;
	if (candidates->room == MOST_ROOM)
	{
		LeaveToLater(candidates);
		return;
	}
	candidates->room *= 2;
	candidates->all = repalloc(candidates->all, (Size) candidates->room * sizeof(Candidate));
}

void
CandidatesAdd(Candidates *candidates, VectorBounds bounds, int leaf, ItemPointer tid)
{
	Candidate candidate = { bounds.lower, leaf, *tid };

	if (bounds.lower > candidates->limit || CompareCandidates(&candidate, &candidates->from) < 0)
		return;
	if (candidates->upper_most > 0)
		AddUpper(candidates, bounds.upper);
	if (CompareCandidates(&candidate, &candidates->end) >= 0)
		return;
	if (candidates->count == candidates->room)
		MakeRoom(candidates);
	candidates->all[candidates->count++] = candidate;
}

void
CandidatesSort(Candidates *candidates)
{
	ForgetFar(candidates);
	qsort(candidates->all, candidates->count, sizeof(Candidate), CompareCandidates);
}

bool
CandidatesMissed(const Candidates *candidates, double rank, Candidate *from)
{
	Candidate beyond = { .lower = nextafter(candidates->limit, INFINITY) };

	*from = CompareCandidates(&beyond, &candidates->end) < 0 ? beyond : candidates->end;
	return from->lower < rank;
}

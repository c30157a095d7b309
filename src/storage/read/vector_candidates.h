/*
 * What a walk over the codes of vectors has to remember: entries whose item may be among the
 * nearest.
 */
#ifndef DYNAMO_VECTOR_CANDIDATES_H
#define DYNAMO_VECTOR_CANDIDATES_H

#include "postgres.h"

#include "storage/itemptr.h"

#include "vector/vector_code.h"

typedef struct Candidate
{
	double lower; /* bound of its rank */
	int leaf;
	ItemPointerData tid;
} Candidate;

typedef struct Candidates
{
	double *uppers; /* the least upper bounds, a heap with the largest first */
	int upper_count;
	int upper_most;
	double limit; /* what is surely farther is not remembered */
	Candidate *all;
	int count;
	int room;
} Candidates;

/* Remembers what may be nearer than the `uppers` nearest of all that were added; palloc'd. */
extern void CandidatesInit(Candidates *candidates, int uppers);

extern void CandidatesAdd(Candidates *candidates, VectorBounds bounds, int leaf, ItemPointer tid);

/* Forgets those that are farther than the limit by now, and sorts the others by their bounds. */
extern void CandidatesSort(Candidates *candidates);

#endif

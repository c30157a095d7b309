/*
 * What a walk over the codes of vectors has to remember: entries whose item may be among the
 * nearest. There is room for so many; what has no room is left to a further walk.
 */
#ifndef DYNAMO_VECTOR_CANDIDATES_H
#define DYNAMO_VECTOR_CANDIDATES_H

#include "postgres.h"

#include "storage/itemptr.h"

#include "vector/vector_code.h"

/* Also a place in the order in which candidates are judged: by all three. */
typedef struct Candidate
{
	double lower; /* bound of its rank */
	int leaf;
	ItemPointerData tid;
} Candidate;

typedef struct Candidates
{
	Candidate from; /* what comes before was judged already */
	double *uppers; /* the least upper bounds, a heap with the largest first */
	int upper_count;
	int upper_most; /* 0: they do not count */
	double limit;   /* what is surely farther is not remembered */
	Candidate end;  /* nor is this and what comes behind it, for want of room */
	Candidate *all;
	int count;
	int room;
} Candidates;

/* Before all others. */
extern const Candidate first_candidate;

/*
 * Remembers what comes from `from` on, and may be nearer than the `uppers` nearest of all that were
 * added where that is not 0, and is not surely farther than `limit`; palloc'd.
 */
extern void CandidatesInit(Candidates *candidates, const Candidate *from, int uppers, double limit);
extern void CandidatesFree(Candidates *candidates);

extern void CandidatesAdd(Candidates *candidates, VectorBounds bounds, int leaf, ItemPointer tid);

/* Forgets those that are farther than the limit by now, and sorts the others. */
extern void CandidatesSort(Candidates *candidates);

/*
 * Whether something was added, and is not remembered, that may be nearer than `rank`. *from is then
 * where such candidates begin.
 */
extern bool CandidatesMissed(const Candidates *candidates, double rank, Candidate *from);

#endif

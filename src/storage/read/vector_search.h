/*
 * Searching the vectors that are nearest to one.
 *
 * The result is exact: it is what comparing with each item would give, under the active snapshot.
 */
#ifndef DYNAMO_VECTOR_SEARCH_H
#define DYNAMO_VECTOR_SEARCH_H

#include "expr/search_condition.h"
#include "storage/relation/table.h"

typedef struct VectorSearch
{
	const TableIndex *index;
	const float *elements;       /* as many as the index has dimensions */
	int count;                   /* of results at most */
	BoundExpression *condition;  /* NULL: none; it has been admitted */
	const SearchCondition *test; /* the same, taken apart */
	const AttributeValue *hash;  /* that the condition wants; NULL where the index has none */
} VectorSearch;

typedef struct VectorResult
{
	Jsonb *item;
	double rank;
} VectorResult;

/* The results, the nearest first, into `results`, which has room for them; how many. Palloc'd. */
extern int VectorSearchRun(Table *table, const VectorSearch *search, VectorResult *results);

#endif

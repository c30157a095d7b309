/*
 * What a request of SearchVectors asks for, as far as the request alone tells.
 */
#ifndef DYNAMO_SEARCH_REQUEST_H
#define DYNAMO_SEARCH_REQUEST_H

#include "expr/search_condition.h"
#include "model/structure.h"
#include "storage/relation/table.h"

#define MAX_TOP_K 100

typedef struct SearchRequest
{
	int top_k;
	int dimensions;
	float *vector;
	BoundExpression *projection; /* NULL: none */
	BoundExpression *condition;  /* NULL: none */
	const SearchCondition *test; /* the condition, taken apart */
} SearchRequest;

/* Palloc'd. Raises ValidationException. */
extern SearchRequest SearchRequestRead(const Structure *request);

/*
 * Checks the request against the index. The value of its HASH attribute that is searched, or NULL
 * where it has none. Raises ValidationException.
 */
extern const AttributeValue *SearchRequestCheck(const SearchRequest *search,
                                                const TableIndex *index);

#endif

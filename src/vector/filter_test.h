/*
 * A search's condition judged by the values in codes, which may leave it open: then the item
 * decides.
 */
#ifndef DYNAMO_FILTER_TEST_H
#define DYNAMO_FILTER_TEST_H

#include "expr/search_condition.h"
#include "vector/vector_form.h"

typedef enum TestResult
{
	TEST_FALSE,
	TEST_OPEN,
	TEST_TRUE
} TestResult;

typedef struct FilterTest FilterTest;

/* Palloc'd. Conditions on other attributes than the form's filters are left open. */
extern FilterTest *FilterTestCreate(const SearchCondition *condition, const VectorForm *form);

/* `values` are those of the filters in a code. */
extern TestResult FilterTestRun(const FilterTest *test, Bytes values);

#endif

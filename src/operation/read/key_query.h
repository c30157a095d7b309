/*
 * From the key conditions of a Query to the range of an index.
 */
#ifndef DYNAMO_KEY_QUERY_H
#define DYNAMO_KEY_QUERY_H

#include "expr/expression.h"
#include "storage/read/read.h"

/*
 * Sets the partition values, sort values, bounds and prefix of `query` from the
 * conditions, whose operands it shares. Raises ValidationException where they
 * do not fit the key schema: every partition attribute and some leading sort
 * attributes by equality, then at most one range. `legacy` says that they are of
 * KeyConditions, whose texts differ.
 */
extern void KeyQueryBuild(const KeySchema *key, const KeyCondition *conditions, int count,
                          bool legacy, RangeQuery *query);

#endif

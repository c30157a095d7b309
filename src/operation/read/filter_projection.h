/*
 * What a filter may ask of an index.
 */
#ifndef DYNAMO_FILTER_PROJECTION_H
#define DYNAMO_FILTER_PROJECTION_H

#include "expr/expression.h"
#include "storage/index/index_entry.h"

/*
 * Raises ValidationException where a filter on a read by the index's partition key uses attributes
 * that the index does not project.
 */
extern void FilterCheckProjected(const Table *table, const TableIndex *index,
                                 const BoundExpression *filter);

#endif

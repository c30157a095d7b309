/*
 * What a vector index shows of an item.
 */
#ifndef DYNAMO_VECTOR_ENTRY_H
#define DYNAMO_VECTOR_ENTRY_H

#include "expr/expression.h"
#include "storage/index/index_entry.h"

/*
 * The attributes of a stored item that the projection has; with `shows_vector`, the vector too, as
 * the index has it: of 32-bit floats, as the shortest decimals. Points into `item`.
 */
extern AttributeValue VectorEntry(const IndexProjection *projection, const TableIndex *index,
                                  const Jsonb *item, bool shows_vector);

/* Bytes of its attributes, without the vector. */
extern int SizeWithoutVector(const AttributeValue *entry, const TableIndex *index);

#endif

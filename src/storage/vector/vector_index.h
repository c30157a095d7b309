/*
 * The index of vectors on a leaf, as SQL: its columns are the HASH attribute, where the index has
 * one, and dynamo.vector_code.
 */
#ifndef DYNAMO_VECTOR_INDEX_H
#define DYNAMO_VECTOR_INDEX_H

#include "storage/relation/table.h"

#include "lib/stringinfo.h"
#include "nodes/primnodes.h"

#define MAX_VECTOR_COLUMNS 2
#define VECTOR_HASH_LIMIT 128 /* bytes that the column of the HASH attribute keeps */

/* What is beside a code in an entry, and is not free for it; for VectorFormFit. */
extern int VectorCodeSpace(const TableIndex *index);

/* Appends the columns, the closing parenthesis, and the predicate. */
extern void AppendVectorIndex(StringInfo sql, const TableIndex *index);

/* The columns of a stored item, palloc'd; their count, or 0 where the index does not hold it. */
extern int VectorColumnsOfItem(const TableIndex *index, const Jsonb *item,
                               Datum columns[MAX_VECTOR_COLUMNS]);

/* Whether `node` is dynamo.vector_code on a plain column: then sets that and the form, palloc'd. */
extern bool VectorExpressionParse(Node *node, AttrNumber *column, VectorForm *form);

/* The type of a code. */
extern Oid VectorCodeType(void);

#endif

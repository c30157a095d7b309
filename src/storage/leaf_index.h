/*
 * The indexes that dynamo has made on a leaf.
 */
#ifndef DYNAMO_LEAF_INDEX_H
#define DYNAMO_LEAF_INDEX_H

#include "storage/table.h"

/*
 * The leaf's index of the table's key (`index` NULL) or of a secondary index.
 * InvalidOid where there is none, or where what has its name is none of
 * dynamo's: the relation's owner may have dropped it and made another.
 */
extern Oid LeafIndexFind(const Table *table, const TableIndex *index, int leaf);

#endif

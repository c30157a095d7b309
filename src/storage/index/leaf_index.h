/*
 * The indexes that dynamo has made on a leaf.
 */
#ifndef DYNAMO_LEAF_INDEX_H
#define DYNAMO_LEAF_INDEX_H

#include "storage/relation/table.h"

/*
 * The leaf's index of the table's key (`index` NULL) or of a secondary index.
 * InvalidOid where there is none, or where what has its name is not defined as
 * dynamo would: the relation's owner may have dropped it and made another. The
 * key's is valid: rows are unique by it. Another's entries may be written when
 * it is ready, but only one that is whole may be read.
 */
extern Oid LeafIndexFind(const Table *table, const TableIndex *index, int leaf);

/* The attribute that an index of time to live would be on, by its expression; false: none. */
extern bool LeafIndexReadExpiry(Oid index, Bytes *attribute);

/*
 * Whether an index that LeafIndexFind has found, or InvalidOid, holds every item: not one that is
 * still being built, or whose building was interrupted. Needs a lock of the leaf.
 */
extern bool LeafIndexIsWhole(Oid index);

#endif

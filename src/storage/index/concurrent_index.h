/*
 * A leaf's index, built or dropped while others write.
 */
#ifndef DYNAMO_CONCURRENT_INDEX_H
#define DYNAMO_CONCURRENT_INDEX_H

#include "postgres.h"

/*
 * What CREATE INDEX CONCURRENTLY does, of which `sql` is the text, on the leaf: the
 * name of a relation in the text means nothing. Outside of any transaction, as a
 * role that must own the leaf; it needs no other privilege. Raises undefined_table
 * where the leaf is gone, insufficient_privilege, and what the command raises. The
 * index gets the comment.
 */
extern void CreateIndexConcurrently(Oid leaf, const char *sql, const char *comment);

/* The same for DROP INDEX CONCURRENTLY, of an index of the leaf; nothing where it is gone. */
extern void DropIndexConcurrently(Oid leaf, Oid index);

/*
 * The same for REINDEX INDEX CONCURRENTLY, of a valid index of the leaf, which serves until the
 * copy takes its place.
 */
extern void ReindexConcurrently(Oid leaf, Oid index);

#endif

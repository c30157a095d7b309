/*
 * Comments on the relations of a table, which say to who finds them what they are. They are set
 * where there is none, without a command of its own for each.
 */
#ifndef DYNAMO_OBJECT_COMMENT_H
#define DYNAMO_OBJECT_COMMENT_H

#include "storage/relation/table.h"

/* On the relation of the table and on its constraint item_rules. */
extern void CommentOnTable(const TableDefinition *definition, Oid relation);
extern void CommentOnLeaf(const TableDefinition *definition, int leaf, Oid relation);
extern void CommentOnStatistics(Bytes table, Oid statistics);
extern void CommentOnView(const TableDefinition *definition, Oid view);
extern void CommentOnIndexView(const TableDefinition *definition, const TableIndex *index,
                               Oid view);

/* On a leaf's index of the key (`index` NULL), or of another. */
extern void CommentOnLeafIndex(const TableDefinition *definition, const TableIndex *index, int leaf,
                               Oid relation);

/* The text of that comment, palloc'd, and setting it on the relation unless it has one. */
extern char *LeafIndexComment(const TableDefinition *definition, const TableIndex *index, int leaf);
extern void CommentOnRelation(Oid relation, const char *text);

/* Whether it is a local index's. */
extern bool CommentSaysLocal(const char *comment);

#endif

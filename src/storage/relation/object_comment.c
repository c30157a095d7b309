/*
 * Comments on the relations of a table.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/comment.h"
#include "utils/lsyscache.h"

#include "storage/relation/object_comment.h"
#include "storage/relation/rules.h"

#define LOCAL_INDEX "local secondary index"

static void
Comment(Oid class, Oid object, const char *text)
{
	if (OidIsValid(object) && GetComment(object, class, 0) == NULL)
		CreateComments(object, class, 0, text);
}

void
CommentOnRelation(Oid relation, const char *text)
{
	Comment(RelationRelationId, relation, text);
}

void
CommentOnTable(const TableDefinition *definition, Oid relation)
{
	CommentOnRelation(relation, psprintf("DynamoDB table \"%.*s\"", BYTES_ARGS(definition->name)));
	Comment(ConstraintRelationId, get_relation_constraint_oid(relation, RULES_CONSTRAINT, true),
	        psprintf("what each item of DynamoDB table \"%.*s\" must have",
	                 BYTES_ARGS(definition->name)));
}

void
CommentOnLeaf(const TableDefinition *definition, int leaf, Oid relation)
{
	CommentOnRelation(relation,
	                  psprintf("partition %d of DynamoDB table \"%.*s\", not to be dropped"
	                           " without it",
	                           leaf, BYTES_ARGS(definition->name)));
}

void
CommentOnStatistics(Bytes table, Oid statistics)
{
	Comment(
	    StatisticExtRelationId, statistics,
	    psprintf("what the planner knows of keys of DynamoDB table \"%.*s\"", BYTES_ARGS(table)));
}

void
CommentOnView(const TableDefinition *definition, Oid view)
{
	CommentOnRelation(view, psprintf("DynamoDB table \"%.*s\", with key attributes as columns",
	                                 BYTES_ARGS(definition->name)));
}

void
CommentOnIndexView(const TableDefinition *definition, const TableIndex *index, Oid view)
{
	CommentOnRelation(view, psprintf("items of global secondary index \"%.*s\" of DynamoDB table"
	                                 " \"%.*s\", with key attributes as columns",
	                                 BYTES_ARGS(index->name), BYTES_ARGS(definition->name)));
}

static char *
KindOfIndex(const TableIndex *index)
{
	if (index == NULL)
		return pstrdup("key");
	if (index->of_expiry)
		return pstrdup("time to live");
	if (index->vector != NULL)
		return psprintf("vector index \"%.*s\"", BYTES_ARGS(index->name));
	return psprintf("%s \"%.*s\"", index->local ? LOCAL_INDEX : "global secondary index",
	                BYTES_ARGS(index->name));
}

char *
LeafIndexComment(const TableDefinition *definition, const TableIndex *index, int leaf)
{
	return psprintf("%s of partition %d of DynamoDB table \"%.*s\"", KindOfIndex(index), leaf,
	                BYTES_ARGS(definition->name));
}

void
CommentOnLeafIndex(const TableDefinition *definition, const TableIndex *index, int leaf,
                   Oid relation)
{
	CommentOnRelation(relation, LeafIndexComment(definition, index, leaf));
}

bool
CommentSaysLocal(const char *comment)
{
	return strncmp(comment, LOCAL_INDEX, strlen(LOCAL_INDEX)) == 0;
}

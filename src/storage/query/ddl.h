/*
 * SQL commands that storage runs on its own relations, as the current role.
 */
#ifndef DYNAMO_DDL_H
#define DYNAMO_DDL_H

#include "postgres.h"

#include "utils/rel.h"

/* Runs one SQL command with a safe search_path. Errors are PostgreSQL's. */
extern void ExecuteDdl(const char *sql);

/* The relation's oid or InvalidOid. */
extern Oid DynamoRelation(const char *schema, const char *name);

/*
 * Raises object_not_in_prerequisite_state unless the columns of a table of the extension have these
 * types and the first `required` of them refuse null: a superuser may have altered it.
 */
extern void CheckOwnColumns(Relation relation, const Oid *types, int count, int required);

/* The relation's name, qualified and quoted. Raises undefined_table where it is no more. */
extern char *RelationSqlName(Oid relation);

/* Such a name of a relation beside this one, in the same schema. */
extern char *SiblingSqlName(Oid relation, const char *name);

/* The leaf's index of this name, or InvalidOid. */
extern Oid IndexOfLeaf(Oid leaf, const char *name);

/* InvalidOid where there is no such relation. */
extern Oid RelationOwner(Oid relation);

/* Whether the current role owns the relation; false where there is none. */
extern bool IsRelationOwner(Oid relation);

/* Raises insufficient_privilege unless the current role owns the relation, undefined_table where
 * there is none. */
extern void CheckRelationOwner(Oid relation);

/* The same unless the current role may create relations where CreateTable puts a table's. */
extern void CheckMayCreateTables(void);

#endif

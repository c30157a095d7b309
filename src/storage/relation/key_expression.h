/*
 * Key attributes as SQL expressions on `item`, and such expressions recognised
 * again. Indexes, partitioning and views all take their expressions from here,
 * so that the planner finds them equal.
 */
#ifndef DYNAMO_KEY_EXPRESSION_H
#define DYNAMO_KEY_EXPRESSION_H

#include "storage/relation/table.h"

#include "lib/stringinfo.h"
#include "nodes/primnodes.h"

/*
 * Bytes that a column of a secondary index keeps, for KeyColumn: less than
 * KEY_COLUMN_LIMIT where several attributes must share an index entry.
 */
extern int IndexColumnLimit(const KeySchema *key);

/* The SQL type of a column that holds attributes of `type` (S, N or B). */
extern Oid KeyColumnType(AttributeType type);

/* Appends the column's expression, and `COLLATE "C"` where it is text. */
extern void AppendKeyColumn(StringInfo sql, const KeyAttribute *attribute, int limit);

/* Appends "c1, c2, ...": what an index on this key of this table is made of. */
extern void AppendTableKeyColumns(StringInfo sql, const KeySchema *key);
extern void AppendIndexColumns(StringInfo sql, const KeySchema *index_key,
                               const KeySchema *table_key);
/*
 * Appends " WHERE c1 IS NOT NULL AND ...": a secondary index holds only items
 * that have its key. Attributes of the table's key are not mentioned, so that
 * the planner needs no condition on them; with no others there is no WHERE.
 */
extern void AppendIndexPredicate(StringInfo sql, const KeySchema *index_key,
                                 const KeySchema *table_key);
/* Whether an item may lack an attribute of an index's key: every one has those of the table's. */
extern bool KeyAttributeMayBeAbsent(Bytes name, const KeySchema *table_key);

/* The function's name where it is one of schema dynamo's, else NULL. */
extern const char *DynamoFunctionName(Oid function);

/* key_suffix reads attributes of any type. */
#define ANY_KEY_TYPE ATTRIBUTE_NULL

/* One attribute that an expression reads, and how. */
typedef struct KeyExpressionPart
{
	AttributeType type;
	int limit;
	const char *name; /* as the stored item has it; in the node's memory */
} KeyExpressionPart;

/*
 * Whether `node` is one of dynamo's key functions on a plain column: then sets
 * the column's number and one or two parts whose values determine the result.
 */
extern bool KeyExpressionParse(Node *node, AttrNumber *column, KeyExpressionPart parts[2],
                               int *part_count);

/* The function's name, palloc'd, where it is one of schema dynamo's, else NULL. */
extern const char *DynamoFunctionName(Oid function);

#endif

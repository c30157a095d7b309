/*
 * Select: which attributes of the items a Query or Scan returns, and from where
 * they come.
 */
#ifndef DYNAMO_SELECT_H
#define DYNAMO_SELECT_H

#include "expr/expression.h"
#include "model/structure.h"
#include "storage/index/index_entry.h"

typedef enum SelectKind
{
	SELECT_DEFAULT, /* the table's or the index's attributes */
	SELECT_ALL_ATTRIBUTES,
	SELECT_ALL_PROJECTED_ATTRIBUTES,
	SELECT_SPECIFIC_ATTRIBUTES,
	SELECT_COUNT
} SelectKind;

typedef struct Selection
{
	SelectKind kind;
	BoundExpression *projection; /* of SELECT_SPECIFIC_ATTRIBUTES */
	/* What the index holds; `all` for the table itself. */
	IndexProjection entry;
	bool fetches; /* a local index's items are read from the table */
} Selection;

/* The request's Select, checked against its other parameters. */
extern SelectKind SelectParse(const Structure *request);

/*
 * What is read from the index (NULL: the table). Raises ValidationException
 * where a global index lacks what is asked for.
 */
extern Selection SelectFrom(const Table *table, const TableIndex *index, SelectKind kind,
                            BoundExpression *projection);

#endif

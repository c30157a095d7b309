/*
 * What can be kept of a statement: everything but the parameters.
 */
#ifndef DYNAMO_PARSED_STATEMENT_H
#define DYNAMO_PARSED_STATEMENT_H

#include "expr/ast.h"
#include "partiql/template.h"

typedef enum StatementType
{
	STATEMENT_SELECT,
	STATEMENT_INSERT,
	STATEMENT_UPDATE,
	STATEMENT_DELETE
} StatementType;

typedef enum StatementReturning
{
	RETURNING_NONE,
	RETURNING_ALL_OLD,
	RETURNING_MODIFIED_OLD,
	RETURNING_ALL_NEW,
	RETURNING_MODIFIED_NEW
} StatementReturning;

/* One term of ORDER BY. */
typedef struct StatementOrder
{
	Bytes attribute;
	bool descending;
} StatementOrder;

/* A part of a statement that is an expression, and its values by number. */
typedef struct StatementClause
{
	ParsedExpression *parsed; /* NULL: the statement has none */
	List *values;             /* of ValueTemplate * */
} StatementClause;

typedef struct ParsedStatement
{
	StatementType type;
	bool exists;
	Bytes table;
	Bytes index;
	StatementClause projection;
	StatementClause where;
	StatementClause update;
	int order_count;
	StatementOrder *order;
	ValueTemplate *item;
	StatementReturning returning;
	int parameter_count;
	const char *count_place; /* of COUNT(*), which is told when the index is known; or NULL */
} ParsedStatement;

#endif

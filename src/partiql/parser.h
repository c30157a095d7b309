/*
 * From a statement's text to what can be kept of it: everything but the
 * parameters.
 */
#ifndef DYNAMO_STATEMENT_PARSER_H
#define DYNAMO_STATEMENT_PARSER_H

#include "expr/ast.h"
#include "partiql/statement.h"
#include "partiql/template.h"

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
} ParsedStatement;

/*
 * Parses `text`, which the result may point into, in the current memory context.
 * Raises ValidationException for everything that is wrong whatever the parameters.
 */
extern ParsedStatement *ParseStatement(Bytes text);

#endif

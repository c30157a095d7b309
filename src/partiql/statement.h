/*
 * PartiQL statements, as DynamoDB's dialect has them.
 *
 * A text is parsed once in a backend and its tree kept in a bounded cache; each
 * request binds the tree to its parameters. WHERE, SET, REMOVE and the list of
 * a SELECT become the trees that expressions are made of (expr/ast.h), so there
 * is one evaluator. Every error is a ValidationException with DynamoDB's text,
 * such as "Statement wasn't well formed, can't be processed: ...".
 */
#ifndef DYNAMO_STATEMENT_H
#define DYNAMO_STATEMENT_H

#include "expr/expression.h"
#include "json/json.h"
#include "partiql/parsed_statement.h"

/* A statement with its parameters in place; palloc'd in the current context. */
typedef struct Statement
{
	StatementType type;
	bool exists; /* EXISTS(SELECT ...), a transaction's condition check; a SELECT then */
	Bytes table; /* a table's name, or an ARN */
	Bytes index; /* of "table"."index"; data NULL: none */
	BoundExpression *projection; /* of SELECT; NULL: *. Its values stand side by side */
	BoundExpression *where;      /* all of WHERE; NULL: none */
	int order_count;
	StatementOrder *order;   /* of SELECT */
	AttributeValue item;     /* of INSERT: a map */
	BoundExpression *update; /* of UPDATE */
	StatementReturning returning;
	const char *count_place; /* as of ParsedStatement */
} Statement;

/* `parameters` is the request's array of attribute values; NULL: there are none. */
extern Statement *StatementBind(Bytes text, const JsonNode *parameters);

#endif

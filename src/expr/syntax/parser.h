/*
 * From an expression's text to its tree.
 */
#ifndef DYNAMO_PARSER_H
#define DYNAMO_PARSER_H

#include "expr/ast.h"

/*
 * Parses `text`, which the tree may point into, in the current memory context.
 * Raises ValidationException for everything that is wrong with any names
 * and values: first syntax, then reserved words, unknown functions and the like.
 */
extern ParsedExpression *ParseExpression(ExpressionKind kind, Bytes text);

#endif

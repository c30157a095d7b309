/*
 * Parsed expressions, kept for as long as this backend finds them useful.
 */
#ifndef DYNAMO_EXPRESSION_CACHE_H
#define DYNAMO_EXPRESSION_CACHE_H

#include "expr/ast.h"

/*
 * The tree of this text, parsed now or before. It stays good until the current
 * memory context is reset. Raises what ParseExpression raises.
 */
extern const ParsedExpression *ParseCached(ExpressionKind kind, Bytes text);

#endif

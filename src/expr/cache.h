/*
 * Parsed texts, kept for as long as this backend finds them useful.
 */
#ifndef DYNAMO_EXPRESSION_CACHE_H
#define DYNAMO_EXPRESSION_CACHE_H

#include "expr/ast.h"

/* Makes a tree, which may point into the text, in the current memory context. */
typedef void *(*TextParser)(int kind, Bytes text);

/*
 * What `parse` makes of this kind and text, now or before. It stays good until
 * the current memory context is reset. Raises what `parse` raises.
 */
extern const void *ParseTextCached(TextParser parse, int kind, Bytes text);

/* The same of an expression. */
extern const ParsedExpression *ParseCached(ExpressionKind kind, Bytes text);

#endif

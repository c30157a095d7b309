/*
 * What the legacy parameters share: an expression that is built up from
 * attributes and values instead of parsed.
 */
#ifndef DYNAMO_LEGACY_H
#define DYNAMO_LEGACY_H

#include "expr/ast.h"
#include "model/structure.h"

typedef struct LegacyBuilder
{
	ParsedExpression *parsed;
	int capacity;
	const AttributeValue **values;
} LegacyBuilder;

extern void LegacyBuilderInit(LegacyBuilder *builder, ExpressionKind kind);

/* A path of one attribute, which no other path of the expression may name. */
extern const Path *LegacyPath(LegacyBuilder *builder, Bytes name);

/* A node for a value that is already there. */
extern ExpressionNode *LegacyValue(LegacyBuilder *builder, const AttributeValue *value);

/* The value that DynamoDB JSON spells; palloc'd. */
extern const AttributeValue *LegacyParseValue(const JsonNode *node);

extern BoundExpression *LegacyFinish(LegacyBuilder *builder);

/* An object's members, ascending by name; of equal names the last one. palloc'd. */
extern const JsonMember **LegacyMembers(const JsonNode *object, int *count);

#endif

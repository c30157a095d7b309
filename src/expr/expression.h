/*
 * DynamoDB's expressions: condition, filter, key condition, update, projection.
 *
 * A text is parsed once in a backend and its tree kept in a bounded cache; each
 * request binds the tree to its names and values. The legacy parameters make
 * the same trees, so there is one evaluator. Every error is a
 * ValidationException with DynamoDB's text, such as
 * "Invalid UpdateExpression: Syntax error; token: \"=\", near: \"= =\"".
 */
#ifndef DYNAMO_EXPRESSION_H
#define DYNAMO_EXPRESSION_H

#include "json/json.h"
#include "item/value.h"

#include "utils/jsonb.h"

typedef enum ExpressionKind
{
	EXPRESSION_CONDITION,
	EXPRESSION_FILTER,
	EXPRESSION_KEY_CONDITION,
	EXPRESSION_UPDATE,
	EXPRESSION_PROJECTION,
	EXPRESSION_SEARCH_CONDITION
} ExpressionKind;

/* The names and values of one request, and which of them were used. Opaque. */
typedef struct ExpressionBindings ExpressionBindings;

/* A parsed text with its placeholders resolved; palloc'd in the current context. Opaque. */
typedef struct BoundExpression BoundExpression;

/* An item to judge or project: a stored one, or one in memory. Both NULL: there is none. */
typedef struct ItemView
{
	const Jsonb *stored;
	const AttributeValue *map;
} ItemView;

/*
 * Takes ExpressionAttributeNames and ExpressionAttributeValues (each may be
 * NULL) and checks their form. `has_expression` says whether the request has
 * any expression at all: without one, no names may be given. Where it has none
 * that can use values, none may be given and `missing` says what is missing in
 * the error's words, e.g. "FilterExpression is null", or is empty where the error
 * says nothing of it; otherwise NULL.
 */
extern ExpressionBindings *ExpressionBindingsCreate(const JsonNode *names, const JsonNode *values,
                                                    bool has_expression, const char *missing);

/*
 * The same in two steps, of which the second reads the values. They may nest `allowance` maps and
 * lists deeper than an item's.
 */
extern ExpressionBindings *ExpressionBindingsBegin(const JsonNode *names, const JsonNode *values,
                                                   bool has_expression, const char *missing);
extern void ExpressionBindingsReadValues(ExpressionBindings *bindings, int allowance);

/* Bytes of all names and values with their placeholders. */
extern int64 ExpressionBindingsSize(const ExpressionBindings *bindings);

/* Parses the text and marks the names and values that it uses, where they are looked at first. */
extern void ExpressionMarkUsed(ExpressionKind kind, Bytes text, ExpressionBindings *bindings);

/*
 * Parses (or finds) the text and binds it. Types of operands are checked as
 * far as they are known.
 */
extern BoundExpression *ExpressionBind(ExpressionKind kind, Bytes text,
                                       ExpressionBindings *bindings);

/* After every expression of the request is bound: rejects names and values that none used. */
extern void ExpressionBindingsCheckUsed(ExpressionBindings *bindings);

/*
 * To be called once it is settled that the caller may use every attribute which the expression
 * names (ExpressionAttributes): before, it cannot be evaluated.
 */
extern void ExpressionAdmit(BoundExpression *expression);

/* Conditions and filters. A NULL expression is true. */
extern bool ConditionEvaluate(const BoundExpression *condition, const ItemView *item);

/* The attributes that the expression's paths start at, each once, in its order; palloc'd array. */
extern Bytes *ExpressionAttributes(const BoundExpression *expression, int *count);

/* Whether any path of the expression starts at this attribute. */
extern bool ExpressionMentions(const BoundExpression *expression, Bytes attribute);

/*
 * The item after the update. `item` is the old item, or a map of just its key
 * where there was none, `exists` false. Shares what did not change.
 */
extern AttributeValue UpdateApply(const BoundExpression *update, const AttributeValue *item,
                                  bool exists);

/*
 * Whether the update sets, removes, adds to or deletes from this attribute or
 * within it; what it only reads does not count.
 */
extern bool UpdateChanges(const BoundExpression *update, Bytes attribute);

/* Whether it changes something within this attribute. */
extern bool UpdateChangesWithin(const BoundExpression *update, Bytes attribute);

/* Of `item`, just what the update's paths name: for UPDATED_OLD and UPDATED_NEW. */
extern AttributeValue UpdateProject(const BoundExpression *update, const AttributeValue *item);

/*
 * What the projection's paths name, as a map: in its nesting, or, of a PartiQL
 * SELECT, side by side under the last part of each path.
 */
extern AttributeValue ProjectionApply(const BoundExpression *projection, const ItemView *item);

/* The top-level attribute names of the projection's paths; palloc'd array. */
extern Bytes *ProjectionAttributes(const BoundExpression *projection, int *count);

/* One comparison of a key condition. The operation checks them against the key schema. */
typedef enum KeyOperator
{
	KEY_EQUAL,
	KEY_LESS,
	KEY_LESS_EQUAL,
	KEY_GREATER,
	KEY_GREATER_EQUAL,
	KEY_BETWEEN,
	KEY_BEGINS_WITH
} KeyOperator;

typedef struct KeyCondition
{
	Bytes attribute;
	KeyOperator op;
	AttributeValue operand;
	AttributeValue upper; /* of BETWEEN */
} KeyCondition;

/*
 * The conjunction that a key condition expression is; palloc'd array. Rejects
 * what no key condition may hold (OR, NOT, <>, functions but begins_with,
 * nested paths, ...) with DynamoDB's texts.
 */
extern KeyCondition *KeyConditionParts(const BoundExpression *key_condition, int *count);

/*
 * The legacy parameters, each as the expression that it stands for. The
 * conditional operator is "AND", "OR" or absent (data NULL); the operation has
 * checked that it may be given.
 */
extern BoundExpression *ExpectedToCondition(const JsonNode *expected, Bytes conditional_operator);
extern BoundExpression *LegacyFilterToCondition(const JsonNode *filter, Bytes conditional_operator);
extern KeyCondition *LegacyKeyConditions(const JsonNode *key_conditions, int *count);
extern BoundExpression *AttributeUpdatesToUpdate(const JsonNode *attribute_updates);
extern BoundExpression *AttributesToGetToProjection(const JsonNode *attributes_to_get);

#endif

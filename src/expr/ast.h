/*
 * What the parser makes of a text. A parsed expression never changes and knows
 * nothing of a request: names and values are numbered placeholders, which a
 * BoundExpression resolves. The legacy parameters build the same trees.
 */
#ifndef DYNAMO_AST_H
#define DYNAMO_AST_H

#include "error/error.h"
#include "expr/expression.h"
#include "expr/operators.h"

#include "nodes/pg_list.h"

/* One step of a document path: a name as written, a #placeholder, or a list index. */
typedef enum StepType
{
	STEP_NAME,
	STEP_PLACEHOLDER,
	STEP_INDEX
} StepType;

typedef struct PathStep
{
	StepType type;
	uint32 number; /* of the placeholder, or the list index */
	Bytes name;
} PathStep;

typedef struct Path
{
	int step_count; /* the first is never an index */
	PathStep *steps;
	int root; /* paths that begin alike share this number */
} Path;

typedef enum NodeType
{
	NODE_PATH,
	NODE_VALUE,
	NODE_OPERATION
} NodeType;

typedef struct ExpressionNode ExpressionNode;

struct ExpressionNode
{
	NodeType type;
	bool in_parentheses;
	const Path *path;   /* of NODE_PATH */
	int value;          /* of NODE_VALUE: the placeholder's number */
	const Operator *op; /* of NODE_OPERATION */
	int operand_count;
	ExpressionNode **operands;
};

typedef enum ActionType
{
	ACTION_SET,
	ACTION_REMOVE,
	ACTION_ADD,
	ACTION_DELETE
} ActionType;

#define ACTION_TYPES (ACTION_DELETE + 1)

extern const char *const action_names[ACTION_TYPES]; /* "SET", ... */

typedef struct UpdateAction
{
	ActionType type;
	const Path *path;
	ExpressionNode *operand; /* NULL for REMOVE */
} UpdateAction;

typedef struct ParsedExpression
{
	ExpressionKind kind;
	bool legacy;               /* made of legacy parameters, whose rules differ here and there */
	bool of_statement;         /* part of a PartiQL statement */
	ExpressionNode *condition; /* of conditions, filters, key conditions; NULL is true */
	List *actions;             /* of UpdateAction *, of updates */
	List *paths;               /* of const Path *, every path in the order of the text */
	Bytes *labels;             /* of a PartiQL SELECT: what the value of each path is called */
	int root_count;            /* distinct beginnings of paths */
	int name_count;
	Bytes *names; /* "#name", each once */
	int value_count;
	Bytes *values; /* ":value", each once */
} ParsedExpression;

typedef struct PathTree PathTree;

struct BoundExpression
{
	const ParsedExpression *parsed;
	const Bytes *names;                  /* by placeholder */
	const AttributeValue *const *values; /* by placeholder */
	const PathTree *targets; /* what an update changes or a projection without labels takes */
	bool admitted;           /* its caller may use the attributes that it names */
};

static inline bool
StepIsIndex(const PathStep *step)
{
	return step->type == STEP_INDEX;
}

static inline Bytes
StepName(const BoundExpression *bound, const PathStep *step)
{
	return step->type == STEP_PLACEHOLDER ? bound->names[step->number] : step->name;
}

/* "ConditionExpression" and so on, as the request and its errors call it. */
extern const char *ExpressionKindName(ExpressionKind kind);

/* Raises ValidationException "Invalid UpdateExpression: ...". */
#define ExpressionError(kind, format, ...) \
	RequestError(TEXT_INVALID_EXPRESSION format, ExpressionKindName(kind), ##__VA_ARGS__)

/*
 * An error of an expression whose names and values are known. A PartiQL
 * statement is no expression to its author: its text has no "Invalid ...".
 */
#define BoundExpressionError(bound, format, ...) \
	RequestError("%s" format, ExpressionErrorPrefix((bound)->parsed), ##__VA_ARGS__)
extern const char *ExpressionErrorPrefix(const ParsedExpression *expression);

/* "[a, b, [1]]", as errors show a path; palloc'd. */
extern char *PathToString(const BoundExpression *bound, const Path *path);

/* An expression of literal names whose values are known, as the legacy parameters make. */
extern BoundExpression *BindReady(const ParsedExpression *parsed,
                                  const AttributeValue *const *values);

/* The same with the types of operands checked, as of a PartiQL statement. */
extern BoundExpression *BindChecked(const ParsedExpression *parsed,
                                    const AttributeValue *const *values);

extern ExpressionNode *MakePathNode(const Path *path);
extern ExpressionNode *MakeValueNode(int number);
extern ExpressionNode *MakeOperationNode(const Operator *op, List *operands);

/* Takes a path into the expression's list and gives it its root's number. */
extern void ParsedExpressionAddPath(ParsedExpression *expression, Path *path);

#endif

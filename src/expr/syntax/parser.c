/*
 * The parts of the grammar that all kinds of expressions share, by recursive
 * descent with one token of lookahead. Faults that are none of syntax are noted
 * and raised after the whole text has parsed, as the service does.
 */
#include "expr/syntax/parser.h"

#include "expr/syntax/grammar.h"
#include "expr/syntax/reserved.h"
#include "item/encoding.h"

#include "miscadmin.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

static void (*const grammars[])(Parser *) = {
	[EXPRESSION_CONDITION] = ParseCondition,     [EXPRESSION_FILTER] = ParseCondition,
	[EXPRESSION_KEY_CONDITION] = ParseCondition, [EXPRESSION_UPDATE] = ParseUpdate,
	[EXPRESSION_PROJECTION] = ParseProjection,   [EXPRESSION_SEARCH_CONDITION] = ParseCondition,
};

/* Shows the token between its neighbours, as they are spaced in the text. */
void
SyntaxError(Parser *parser)
{
	Token next = PeekToken(&parser->tokens);
	Token first =
	    parser->tokens.previous.text.data != NULL ? parser->tokens.previous : parser->tokens.token;
	Token last = parser->tokens.token;
	const char *shown = BytesToCString(parser->tokens.token.text);
	Bytes near;

	if (parser->tokens.token.type == TOKEN_END)
	{
		last = first;
		shown = "<EOF>";
	}
	else if (next.type != TOKEN_END)
		last = next;
	near = (Bytes){ first.text.data, last.text.data + last.text.length - first.text.data };
	ExpressionError(parser->result->kind, TEXT_SYNTAX, shown, BYTES_ARGS(near));
	pg_unreachable();
}

void
NoteFault(Parser *parser, const char *format, ...)
{
	StringInfoData message;
	int needed;

	if (parser->first_error != NULL)
		return;
	initStringInfo(&message);
	do
	{
		va_list arguments;

		va_start(arguments, format);
		needed = appendStringInfoVA(&message, format, arguments);
		va_end(arguments);
		if (needed > 0)
			enlargeStringInfo(&message, needed);
	} while (needed > 0);
	parser->first_error = message.data;
}

/* The number of a placeholder, which joins the list where it is new. */
static int
PlaceholderNumber(Bytes **list, int *count, Bytes placeholder)
{
	for (int i = 0; i < *count; i++)
	{
		if (BytesEqual((*list)[i], placeholder))
			return i;
	}
	if (*list == NULL)
		*list = palloc(sizeof(Bytes) * 4);
	else if (*count >= 4 && (*count & (*count - 1)) == 0)
		*list = repalloc(*list, sizeof(Bytes) * *count * 2);
	(*list)[*count] = placeholder;
	return (*count)++;
}

/* Keywords of the grammar at hand are no names, not even reserved ones. */
static bool
AtGrammarKeyword(const Parser *parser)
{
	static const char *const of_conditions[] = { "AND", "OR", "NOT", "BETWEEN", "IN", NULL };
	static const char *const of_updates[] = { "SET", "REMOVE", "ADD", "DELETE", NULL };
	static const char *const none[] = { NULL };
	static const char *const *const keywords[] = {
		[EXPRESSION_CONDITION] = of_conditions,
		[EXPRESSION_FILTER] = of_conditions,
		[EXPRESSION_KEY_CONDITION] = of_conditions,
		[EXPRESSION_UPDATE] = of_updates,
		[EXPRESSION_PROJECTION] = none,
		[EXPRESSION_SEARCH_CONDITION] = of_conditions,
	};

	for (const char *const *keyword = keywords[parser->result->kind]; *keyword != NULL; keyword++)
	{
		if (AtWord(&parser->tokens, *keyword))
			return true;
	}
	return false;
}

static PathStep
ParseNameStep(Parser *parser)
{
	Bytes text = parser->tokens.token.text;
	PathStep step = { STEP_NAME, 0, text };

	if (parser->tokens.token.type == TOKEN_NAME)
	{
		step.type = STEP_PLACEHOLDER;
		step.number = PlaceholderNumber(&parser->result->names, &parser->result->name_count, text);
	}
	else if (parser->tokens.token.type != TOKEN_IDENTIFIER || AtGrammarKeyword(parser))
		SyntaxError(parser);
	else if (IsReservedWord(text))
		NoteFault(parser, TEXT_RESERVED, BYTES_ARGS(text));
	Advance(&parser->tokens);
	return step;
}

static int64
MaxListIndex(const Parser *parser)
{
	ExpressionKind kind = parser->result->kind;

	return kind == EXPRESSION_UPDATE || kind == EXPRESSION_PROJECTION ? (int64) MAX_LIST_INDEX
	                                                                  : PG_INT32_MAX;
}

static PathStep
ParseIndexStep(Parser *parser)
{
	Bytes text = parser->tokens.token.text;
	PathStep step = { STEP_INDEX };
	int64 most = MaxListIndex(parser);
	int64 index = 0;

	if (parser->tokens.token.type != TOKEN_NUMBER)
		SyntaxError(parser);
	for (int i = 0; i < text.length && index <= most; i++)
		index = index * 10 + (text.data[i] - '0');
	if (index > most)
		NoteFault(parser, TEXT_INDEX_RANGE, BYTES_ARGS(text));
	step.number = (uint32) Min(index, most);
	Advance(&parser->tokens);
	ExpectSymbol(&parser->tokens, "]");
	return step;
}

const Path *
ParsePath(Parser *parser)
{
	Path *path = palloc(sizeof(Path));
	PathStep steps[MAX_NESTING];
	int depth = 0;

	steps[depth++] = ParseNameStep(parser);
	for (;;)
	{
		PathStep step;

		if (AcceptSymbol(&parser->tokens, "."))
			step = ParseNameStep(parser);
		else if (AcceptSymbol(&parser->tokens, "["))
			step = ParseIndexStep(parser);
		else
			break;
		if (depth < MAX_NESTING)
			steps[depth] = step;
		depth++;
	}
	if (depth > MAX_NESTING)
		NoteFault(parser, TEXT_PATH_DEPTH, depth);
	path->step_count = Min(depth, MAX_NESTING);
	path->steps = palloc(sizeof(PathStep) * path->step_count);
	memcpy(path->steps, steps, sizeof(PathStep) * path->step_count);
	ParsedExpressionAddPath(parser->result, path);
	return path;
}

ExpressionNode *
ParseValue(Parser *parser)
{
	int number;

	if (parser->tokens.token.type != TOKEN_VALUE)
		SyntaxError(parser);
	number = PlaceholderNumber(&parser->result->values, &parser->result->value_count,
	                           parser->tokens.token.text);
	Advance(&parser->tokens);
	return MakeValueNode(number);
}

ExpressionNode *
MakeOperation(Parser *parser, const Operator *op, List *operands)
{
	bool is_chain = op->id == OPERATOR_AND || op->id == OPERATOR_OR;

	parser->operator_count += is_chain ? list_length(operands) - 1 : 1;
	return MakeOperationNode(op, operands);
}

ExpressionNode *
MarkParentheses(Parser *parser, ExpressionNode *node)
{
	if (node->in_parentheses)
		NoteFault(parser, TEXT_PARENTHESES);
	node->in_parentheses = true;
	return node;
}

static bool
IsUpdate(const Parser *parser)
{
	return parser->result->kind == EXPRESSION_UPDATE;
}

/* Whether the function belongs to this kind of expression at all. */
static void
CheckFunction(Parser *parser, const Operator *function, Bytes name)
{
	if (function == NULL)
		NoteFault(parser, TEXT_FUNCTION_NAME, BYTES_ARGS(name));
	else if (IsUpdate(parser) && !function->in_updates)
		NoteFault(parser, TEXT_FUNCTION_IN_UPDATE, function->name);
	else if (!IsUpdate(parser) && !function->in_conditions)
		NoteFault(parser, TEXT_FUNCTION_IN_CONDITION,
		          parser->result->kind == EXPRESSION_FILTER          ? "filter"
		          : parser->result->kind == EXPRESSION_KEY_CONDITION ? "key condition"
		                                                             : "condition",
		          function->name);
}

/* A function's operands must be values: no conditions, nor list_append within itself. */
static void
CheckNestedFunction(Parser *parser, const Operator *function, const ExpressionNode *operand)
{
	bool within = function->id == OPERATOR_LIST_APPEND && operand->type == NODE_OPERATION &&
	              operand->op->id == OPERATOR_LIST_APPEND;

	if (operand->type == NODE_OPERATION && operand->op->is_function &&
	    (operand->op->is_condition || !IsUpdate(parser) || within))
		NoteFault(parser, TEXT_FUNCTION_MISUSED, operand->op->name);
}

static void
CheckOperands(Parser *parser, const Operator *function, const ExpressionNode *call)
{
	if (function->operand_count != call->operand_count)
		NoteFault(parser, TEXT_OPERANDS_COUNT, function->name, call->operand_count);
	for (int i = 0; i < call->operand_count; i++)
		CheckNestedFunction(parser, function, call->operands[i]);
	if (function->id == OPERATOR_ATTRIBUTE_TYPE && call->operand_count > 1 &&
	    call->operands[1]->type != NODE_VALUE)
		NoteFault(parser, TEXT_TYPE_NO_VALUE, function->name);
	if (function->first_types == 0 && call->operands[0]->type != NODE_PATH)
		NoteFault(parser, TEXT_FUNCTION_NO_PATH, function->name);
}

static ExpressionNode *
ParseCall(Parser *parser, Bytes name)
{
	const Operator *function = FindFunction(name);
	List *operands = NIL;
	ExpressionNode *call;

	CheckFunction(parser, function, name);
	ExpectSymbol(&parser->tokens, "(");
	do
		operands = lappend(operands, ParseOperand(parser));
	while (AcceptSymbol(&parser->tokens, ","));
	ExpectSymbol(&parser->tokens, ")");

	/* An unknown function has been noted; what stands for it is never evaluated. */
	call = MakeOperation(parser, function != NULL ? function : &operators[OPERATOR_SIZE], operands);
	if (function != NULL)
		CheckOperands(parser, function, call);
	return call;
}

ExpressionNode *
ParseOperand(Parser *parser)
{
	Token token = parser->tokens.token;

	check_stack_depth();
	if (token.type == TOKEN_VALUE)
		return ParseValue(parser);
	if (token.type == TOKEN_IDENTIFIER && !AtGrammarKeyword(parser))
	{
		Token next = TokenAfter(&parser->tokens, token);

		if (next.type == TOKEN_SYMBOL && next.text.data[0] == '(')
		{
			Advance(&parser->tokens);
			return ParseCall(parser, token.text);
		}
	}
	return MakePathNode(ParsePath(parser));
}

static bool
IsBlank(Bytes text)
{
	return NextToken(text, 0).type == TOKEN_END;
}

/* The older framework does not say how long an update is. */
static void
RaiseTooLong(ExpressionKind kind, Bytes text)
{
	if (kind == EXPRESSION_UPDATE && !ErrorStyleIsCurrent())
		ExpressionError(kind, TEXT_EXPRESSION_SIZE);
	ExpressionError(kind, TEXT_EXPRESSION_SIZE_TOLD, text.length);
}

static void
RaiseUnexpected(TokenCursor *cursor)
{
	SyntaxError((Parser *) cursor);
}

static const TokenLanguage language = {
	.next = NextToken,
	.symbol = TOKEN_SYMBOL,
	.words = { TOKEN_IDENTIFIER, TOKEN_IDENTIFIER },
	.unexpected = RaiseUnexpected,
};

ParsedExpression *
ParseExpression(ExpressionKind kind, Bytes text)
{
	Parser parser = { 0 };

	parser.result = palloc0(sizeof(ParsedExpression));
	parser.result->kind = kind;
	if (IsBlank(text))
		ExpressionError(kind, TEXT_EXPRESSION_EMPTY);
	if (text.length > MAX_EXPRESSION_SIZE)
		RaiseTooLong(kind, text);
	TokenCursorInit(&parser.tokens, &language, text);
	grammars[kind](&parser);
	if (parser.tokens.token.type != TOKEN_END)
		SyntaxError(&parser);
	if (parser.operator_count > MAX_OPERATORS)
		NoteFault(&parser, TEXT_OPERATORS_TOO_MANY, parser.operator_count);
	if (parser.first_error != NULL)
		ExpressionError(kind, "%s", parser.first_error);
	return parser.result;
}

/*
 * The grammar of conditions and of the values that they compare (developer
 * guide, "PartiQL arithmetic, comparison, and logical operators for DynamoDB"
 * and "Use PartiQL functions with DynamoDB"):
 *
 *   condition   := conjunction (OR conjunction)*
 *   conjunction := negation (AND negation)*
 *   negation    := NOT negation | predicate
 *   predicate   := sum | sum comparison sum | path IS [NOT] type
 *                  | sum [NOT] BETWEEN sum AND sum
 *                  | sum [NOT] IN [ sum, ... ] | sum [NOT] IN ( sum, ... )
 *   sum         := operand ((+ | -) operand)*
 *   operand     := ( condition or sum ) | value | path | function ( sum, ... )
 *
 * IS becomes what expressions call it: attribute_type and attribute_exists.
 */
#include "partiql/grammar.h"

#include "error/error.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/formatting.h"

#define MAX_OPERATORS 300
#define MAX_IN_OPERANDS 100

static ExpressionNode *ParseDisjunction(StatementParser *parser, bool value_allowed);

static bool
IsCondition(const ExpressionNode *node)
{
	return node->type == NODE_OPERATION && node->op->is_condition;
}

static bool
InUpdate(const StatementParser *parser)
{
	return parser->clause->parsed->kind == EXPRESSION_UPDATE;
}

static ExpressionNode *
AddOperation(StatementParser *parser, const Operator *op, List *operands)
{
	if (++parser->operator_count > MAX_OPERATORS)
		ValidationError(TEXT_STATEMENT_OPERATORS, parser->operator_count);
	return MakeOperationNode(op, operands);
}

static ExpressionNode *
AddNegation(StatementParser *parser, ExpressionNode *node)
{
	return AddOperation(parser, &operators[OPERATOR_NOT], list_make1(node));
}

/* Rejects a condition where a value should stand. */
static ExpressionNode *
CheckIsValue(StatementParser *parser, ExpressionNode *node)
{
	if (IsCondition(node))
		UnexpectedToken(parser);
	return node;
}

static const Operator *
FindCalledFunction(StatementParser *parser, Token name)
{
	const Operator *function = FindStatementFunction(name.text);

	if (function == NULL || (InUpdate(parser) ? !function->in_updates : !function->in_conditions))
		ValidationError(TEXT_FUNCTION_UNKNOWN, asc_tolower(name.text.data, name.text.length),
		                TokenPlace(parser, name));
	return function;
}

static bool
IsPath(const ExpressionNode *node, const Path *path)
{
	if (node->type != NODE_PATH || node->path->step_count != path->step_count)
		return false;
	for (int i = 0; i < path->step_count; i++)
	{
		const PathStep *a = &node->path->steps[i];
		const PathStep *b = &path->steps[i];

		if (a->type != b->type || a->number != b->number || !BytesEqual(a->name, b->name))
			return false;
	}
	return true;
}

static bool
IsSetFunction(const Operator *function)
{
	return function->id == OPERATOR_SET_ADD || function->id == OPERATOR_SET_DELETE;
}

/* set_add and set_delete have their name from the service in capitals. */
static char *
ShownName(const Operator *function)
{
	return asc_toupper(function->name, strlen(function->name));
}

/* They change the attribute that they are assigned to. */
static void
CheckSetFunction(const StatementParser *parser, const Operator *function, const List *operands,
                 Token name, Token first)
{
	const char *shown = ShownName(function);
	const ExpressionNode *second;
	const ValueTemplate *value;

	if (list_length(operands) != 2)
		ValidationError(TEXT_SET_COUNT, shown, TokenPlace(parser, name));
	if (!IsPath(linitial(operands), parser->target))
		ValidationError(TEXT_SET_FIRST, shown, TokenPlace(parser, name));
	second = lsecond(operands);
	value = second->type == NODE_VALUE ? list_nth(parser->clause->values, second->value) : NULL;
	if (value == NULL ||
	    (value->type == TEMPLATE_CONSTANT && (TYPES_SETS & TYPE_BIT(value->constant.type)) == 0))
		ValidationError(TEXT_SET_SECOND, shown, TokenPlace(parser, first));
}

static void
CheckOperands(const Operator *function, List *operands)
{
	if (function->operand_count != list_length(operands))
		ValidationError(TEXT_OPERANDS_COUNT, function->name, list_length(operands));
	if (function->id == OPERATOR_ATTRIBUTE_TYPE &&
	    ((ExpressionNode *) lsecond(operands))->type != NODE_VALUE)
		ValidationError(TEXT_TYPE_NO_VALUE, function->name);
	if (function->first_types == 0 && ((ExpressionNode *) linitial(operands))->type != NODE_PATH)
		ValidationError(TEXT_FUNCTION_PATH, function->name);
}

/* Sums between commas, up to the closing mark. */
static List *
ParseSums(StatementParser *parser, List *sums, const char *close)
{
	do
		sums = lappend(sums, ParseStatementSum(parser));
	while (AcceptSymbol(&parser->tokens, ","));
	ExpectSymbol(&parser->tokens, close);
	return sums;
}

static ExpressionNode *
ParseCall(StatementParser *parser)
{
	Token name = parser->tokens.token;
	const Operator *function = FindCalledFunction(parser, name);
	bool outside = parser->in_function;
	Token first;
	List *operands;

	Advance(&parser->tokens);
	ExpectSymbol(&parser->tokens, "(");
	first = parser->tokens.token;
	if (IsSetFunction(function) && AtCall(parser))
		ValidationError(TEXT_SET_FIRST, ShownName(function), TokenPlace(parser, name));
	parser->in_function = true;
	operands = AcceptSymbol(&parser->tokens, ")") ? NIL : ParseSums(parser, NIL, ")");
	parser->in_function = outside;
	if (IsSetFunction(function))
		CheckSetFunction(parser, function, operands, name, first);
	CheckOperands(function, operands);
	return AddOperation(parser, function, operands);
}

bool
AtCall(const StatementParser *parser)
{
	Token next;

	if (parser->tokens.token.type != STATEMENT_TOKEN_IDENTIFIER &&
	    parser->tokens.token.type != STATEMENT_TOKEN_KEYWORD)
		return false;
	next = PeekToken(&parser->tokens);
	return next.type == STATEMENT_TOKEN_SYMBOL && next.text.length == 1 && next.text.data[0] == '(';
}

static ExpressionNode *
ParseOperand(StatementParser *parser)
{
	ExpressionNode *node;

	check_stack_depth();
	if (AcceptSymbol(&parser->tokens, "("))
	{
		node = InUpdate(parser) ? ParseStatementSum(parser) : ParseDisjunction(parser, true);
		ExpectSymbol(&parser->tokens, ")");
		return node;
	}
	if (AtValue(parser))
		return AddValue(parser, ParseValueTemplate(parser, 0));
	if (AtCall(parser))
		return ParseCall(parser);
	return MakePathNode(ParseStatementPath(parser));
}

/* A sum; a condition in parentheses or a call of one, where it stands alone. */
static ExpressionNode *
ParseTerms(StatementParser *parser)
{
	ExpressionNode *sum = ParseOperand(parser);

	while (AtSymbol(&parser->tokens, "+") || AtSymbol(&parser->tokens, "-"))
	{
		OperatorId sign = AtSymbol(&parser->tokens, "+") ? OPERATOR_PLUS : OPERATOR_MINUS;
		ExpressionNode *right;

		CheckIsValue(parser, sum);
		Advance(&parser->tokens);
		right = CheckIsValue(parser, ParseOperand(parser));
		sum = AddOperation(parser, &operators[sign], list_make2(sum, right));
	}
	return sum;
}

ExpressionNode *
ParseStatementSum(StatementParser *parser)
{
	return CheckIsValue(parser, ParseTerms(parser));
}

static ExpressionNode *
ParseBetween(StatementParser *parser, ExpressionNode *first)
{
	ExpressionNode *lower = ParseStatementSum(parser);
	ExpressionNode *upper;

	ExpectWord(&parser->tokens, "AND");
	upper = ParseStatementSum(parser);
	return AddOperation(parser, &operators[OPERATOR_BETWEEN], list_make3(first, lower, upper));
}

static ExpressionNode *
ParseIn(StatementParser *parser, ExpressionNode *first)
{
	const char *close = AtSymbol(&parser->tokens, "[") ? "]" : ")";
	List *operands;

	if (!AcceptSymbol(&parser->tokens, "["))
		ExpectSymbol(&parser->tokens, "(");
	operands = ParseSums(parser, list_make1(first), close);
	if (list_length(operands) - 1 > MAX_IN_OPERANDS)
		ValidationError(TEXT_IN_OPERANDS, list_length(operands) - 1);
	return AddOperation(parser, &operators[OPERATOR_IN], operands);
}

/*
 * What may follow IS, a word or two, and the attribute types that it names: the names that PartiQL
 * has for types of which DynamoDB has values, and those of the guide's table of data types. PartiQL
 * tells integers from other numbers, DynamoDB does not.
 */
static const struct
{
	const char *word;
	const char *second;
	const char *types[3];
} type_words[] = {
	{ "NULL", NULL, { "NULL" } },
	{ "BOOLEAN", NULL, { "BOOL" } },
	{ "BOOL", NULL, { "BOOL" } },
	{ "NUMBER", NULL, { "N" } },
	{ "NUMERIC", NULL, { "N" } },
	{ "DECIMAL", NULL, { "N" } },
	{ "SMALLINT", NULL, { "N" } },
	{ "INT2", NULL, { "N" } },
	{ "INTEGER2", NULL, { "N" } },
	{ "INT", NULL, { "N" } },
	{ "INTEGER", NULL, { "N" } },
	{ "INT4", NULL, { "N" } },
	{ "INTEGER4", NULL, { "N" } },
	{ "BIGINT", NULL, { "N" } },
	{ "INT8", NULL, { "N" } },
	{ "INTEGER8", NULL, { "N" } },
	{ "FLOAT", NULL, { "N" } },
	{ "REAL", NULL, { "N" } },
	{ "DOUBLE", "PRECISION", { "N" } },
	{ "STRING", NULL, { "S" } },
	{ "VARCHAR", NULL, { "S" } },
	{ "CHARACTER", "VARYING", { "S" } },
	{ "CHARACTER", NULL, { "S" } },
	{ "CHAR", NULL, { "S" } },
	{ "BINARY", NULL, { "B" } },
	{ "BLOB", NULL, { "B" } },
	{ "LIST", NULL, { "L" } },
	{ "MAP", NULL, { "M" } },
	{ "STRUCT", NULL, { "M" } },
	{ "TUPLE", NULL, { "M" } },
	{ "BAG", NULL, { "SS", "NS", "BS" } },
};

static bool
AcceptType(StatementParser *parser, const char *word, const char *second)
{
	TokenCursor after = parser->tokens;

	if (!AcceptWord(&after, word) || (second != NULL && !AcceptWord(&after, second)))
		return false;
	parser->tokens = after;
	return true;
}

static ExpressionNode *
AddTypeTest(StatementParser *parser, ExpressionNode *path, const char *type)
{
	return AddOperation(parser, &operators[OPERATOR_ATTRIBUTE_TYPE],
	                    list_make2(path, AddString(parser, type)));
}

/* The path's value is of one of the types that the word stands for. */
static ExpressionNode *
ParseType(StatementParser *parser, ExpressionNode *path)
{
	for (int i = 0; i < lengthof(type_words); i++)
	{
		List *tests = NIL;

		if (!AcceptType(parser, type_words[i].word, type_words[i].second))
			continue;
		for (int j = 0; j < lengthof(type_words[i].types) && type_words[i].types[j] != NULL; j++)
			tests = lappend(tests, AddTypeTest(parser, path, type_words[i].types[j]));
		if (list_length(tests) == 1)
			return linitial(tests);
		return AddOperation(parser, &operators[OPERATOR_OR], tests);
	}
	StatementError(TEXT_STATEMENT_NO_TYPE);
}

static ExpressionNode *
ParseIs(StatementParser *parser, ExpressionNode *path)
{
	bool negated = AcceptWord(&parser->tokens, "NOT");
	ExpressionNode *node;

	if (path->type != NODE_PATH)
		UnexpectedToken(parser);
	if (AcceptWord(&parser->tokens, "MISSING"))
		return AddOperation(
		    parser, &operators[negated ? OPERATOR_ATTRIBUTE_EXISTS : OPERATOR_ATTRIBUTE_NOT_EXISTS],
		    list_make1(path));
	node = ParseType(parser, path);
	return negated ? AddNegation(parser, node) : node;
}

static const Operator *
FindComparisonMark(const StatementParser *parser)
{
	if (parser->tokens.token.type != STATEMENT_TOKEN_SYMBOL)
		return NULL;
	return AtSymbol(&parser->tokens, "!=") ? &operators[OPERATOR_NOT_EQUAL]
	                                       : FindComparison(parser->tokens.token.text);
}

static ExpressionNode *
ParseBetweenOrIn(StatementParser *parser, ExpressionNode *first)
{
	if (AcceptWord(&parser->tokens, "BETWEEN"))
		return ParseBetween(parser, first);
	ExpectWord(&parser->tokens, "IN");
	return ParseIn(parser, first);
}

/* What may be compared: a condition is a BOOL there. */
static bool
AtOperatorOfConditions(const StatementParser *parser)
{
	return FindComparisonMark(parser) != NULL || AtWord(&parser->tokens, "IN");
}

/* What follows the first value of a predicate. */
static ExpressionNode *
ParseComparison(StatementParser *parser, ExpressionNode *first)
{
	const Operator *comparison = FindComparisonMark(parser);

	if (comparison != NULL)
	{
		Advance(&parser->tokens);
		return AddOperation(parser, comparison, list_make2(first, ParseTerms(parser)));
	}
	if (AcceptWord(&parser->tokens, "IS"))
		return ParseIs(parser, first);
	if (AcceptWord(&parser->tokens, "NOT"))
		return AddNegation(parser, ParseBetweenOrIn(parser, first));
	return ParseBetweenOrIn(parser, first);
}

/* In parentheses a value may stand for itself. */
static ExpressionNode *
ParsePredicate(StatementParser *parser, bool value_allowed)
{
	ExpressionNode *first = ParseTerms(parser);

	if ((IsCondition(first) && !AtOperatorOfConditions(parser)) ||
	    (value_allowed && AtSymbol(&parser->tokens, ")")))
		return first;
	return ParseComparison(parser, first);
}

static ExpressionNode *
ParseNegation(StatementParser *parser, bool value_allowed)
{
	check_stack_depth();
	if (!AcceptWord(&parser->tokens, "NOT"))
		return ParsePredicate(parser, value_allowed);
	return AddNegation(parser, ParseNegation(parser, false));
}

/* Takes the word between two conditions. */
static bool
AcceptInfix(StatementParser *parser, const char *word)
{
	if (!AcceptWord(&parser->tokens, word))
		return false;
	if (parser->tokens.token.type == STATEMENT_TOKEN_END || AtSymbol(&parser->tokens, ";"))
		StatementError(TEXT_STATEMENT_INFIX);
	return true;
}

static ExpressionNode *
ParseConjunction(StatementParser *parser, bool value_allowed)
{
	List *terms = list_make1(ParseNegation(parser, value_allowed));

	while (AcceptInfix(parser, "AND"))
		terms = lappend(terms, ParseNegation(parser, false));
	if (list_length(terms) == 1)
		return linitial(terms);
	return AddOperation(parser, &operators[OPERATOR_AND], terms);
}

static ExpressionNode *
ParseDisjunction(StatementParser *parser, bool value_allowed)
{
	List *terms = list_make1(ParseConjunction(parser, value_allowed));

	while (AcceptInfix(parser, "OR"))
		terms = lappend(terms, ParseConjunction(parser, false));
	if (list_length(terms) == 1)
		return linitial(terms);
	return AddOperation(parser, &operators[OPERATOR_OR], terms);
}

bool
ParseStatementTypeTest(StatementParser *parser)
{
	ExpressionNode *path = MakePathNode(ParseStatementPath(parser));

	if (!AcceptWord(&parser->tokens, "IS"))
		return false;
	ParseIs(parser, path);
	return true;
}

ExpressionNode *
ParseStatementCondition(StatementParser *parser)
{
	return ParseDisjunction(parser, false);
}

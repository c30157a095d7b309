/*
 * The grammar of projection expressions: document paths between commas.
 */
#include "expr/syntax/grammar.h"

void
ParseProjection(Parser *parser)
{
	do
		ParsePath(parser);
	while (AcceptSymbol(&parser->tokens, ","));
}

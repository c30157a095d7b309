/*
 * From a statement's text to what can be kept of it.
 */
#ifndef DYNAMO_STATEMENT_PARSER_H
#define DYNAMO_STATEMENT_PARSER_H

#include "partiql/parsed_statement.h"

/*
 * Parses `text`, which the result may point into, in the current memory context.
 * Raises ValidationException for everything that is wrong with any parameters.
 */
extern ParsedStatement *ParseStatement(Bytes text);

#endif

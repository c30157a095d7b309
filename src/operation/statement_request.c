/*
 * What the operations of PartiQL have in common in reading a request.
 */
#include "operation/statement_request.h"

#include "error/error.h"

Statement *
StatementOfRequest(const JsonNode *request)
{
	return StatementBind(JsonGetString(request, "Statement"), JsonGet(request, "Parameters"));
}

Statement *
SingleStatementOfRequest(const JsonNode *request)
{
	Statement *statement = StatementOfRequest(request);

	if (statement->exists)
		ValidationError("The EXISTS function can only be used in transactions");
	return statement;
}

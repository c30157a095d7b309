/*
 * What the operations of PartiQL have in common in reading a request.
 */
#include "operation/statement/statement_request.h"

#include "error/error.h"

Statement *
StatementOfRequest(const Structure *request)
{
	return StatementBind(StructureString(request, member_Statement),
	                     StructureList(request, member_Parameters));
}

Statement *
SingleStatementOfRequest(const Structure *request)
{
	Statement *statement = StatementOfRequest(request);

	if (statement->exists)
		ValidationError(TEXT_EXISTS_OUTSIDE);
	return statement;
}

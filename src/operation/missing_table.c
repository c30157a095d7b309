/*
 * The error of a request for a table that is not there.
 */
#include "operation/missing_table.h"

#include "storage/adopt.h"

void
RaiseNoTable(Bytes name, const char *message)
{
	const char *command = AdoptionCommand(name);

	if (command == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, "%s", message);
	ereport(ERROR,
	        (errcode(ExceptionSqlState(EXCEPTION_RESOURCE_NOT_FOUND)),
	         errmsg_internal("%s", message),
	         errdetail("The table's relation exists, but dynamo.table_catalog has no row of it,"
	                   " as after a restore of the relation alone."),
	         errhint("As its owner, run %s.", command)));
}

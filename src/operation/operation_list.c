/*
 * The table of operations as rows for SQL.
 */
#include "operation/operation.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define COLUMNS 4

PG_FUNCTION_INFO_V1(dynamo_operations);

/* Each as service:Action. */
static Datum
ActionsArray(const Operation *operation)
{
	ArrayBuildState *array = initArrayResult(TEXTOID, CurrentMemoryContext, false);
	const char *action = operation->actions;

	while (*action != '\0')
	{
		int length = strcspn(action, " ");
		char *text = psprintf("%s:%.*s", operation->service->name, length, action);

		accumArrayResult(array, CStringGetTextDatum(text), false, TEXTOID, CurrentMemoryContext);
		action += length;
		action += strspn(action, " ");
	}
	return makeArrayResult(array, CurrentMemoryContext);
}

static void
PutRow(ReturnSetInfo *result, const Operation *operation)
{
	Datum values[COLUMNS] = { 0 };
	bool nulls[COLUMNS] = { 0 };

	values[0] = CStringGetTextDatum(operation->name.data);
	values[1] = CStringGetTextDatum(operation->service->name);
	values[2] = ActionsArray(operation);
	nulls[3] = operation->resources == MEMBER_NONE;
	if (!nulls[3])
		values[3] = CStringGetTextDatum(MemberName(operation->resources));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
dynamo_operations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int count;
	const Operation *operations = OperationList(&count);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
		if (operations[i].sql_name != NULL)
			PutRow(result, &operations[i]);
	PG_RETURN_NULL();
}

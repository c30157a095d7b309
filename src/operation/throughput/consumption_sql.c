/*
 * Consumption as rows for SQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "operation/throughput/consumption.h"

#define COLUMNS 8

PG_FUNCTION_INFO_V1(dynamo_consumption);

static void
PutRow(ReturnSetInfo *result, const ConsumerConsumption *row)
{
	const Consumption *consumption = &row->consumption;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = { 0 };
	int column = 0;

	values[column++] = ObjectIdGetDatum(row->consumer.relation);
	values[column++] = Int32GetDatum(row->consumer.index);
	for (int kind = 0; kind < CONSUMPTION_KINDS; kind++)
		values[column++] = Float8GetDatum(consumption->units[kind]);
	for (int kind = 0; kind < CONSUMPTION_KINDS; kind++)
		values[column++] = Int64GetDatum(consumption->throttled[kind]);
	for (int kind = 0; kind < CONSUMPTION_KINDS; kind++)
	{
		nulls[column] = consumption->rates[kind] == 0;
		values[column++] = Float8GetDatum(consumption->tokens[kind]);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
dynamo_consumption(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ConsumerConsumption *rows;
	int count;

	if (!ConsumptionIsShared())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("consumed capacity is only counted where dynamo is preloaded"),
		                errhint("Add dynamo to shared_preload_libraries and restart the server.")));
	InitMaterializedSRF(fcinfo, 0);
	rows = ConsumptionList(&count);
	for (int i = 0; i < count; i++)
		PutRow(result, &rows[i]);
	PG_RETURN_NULL();
}

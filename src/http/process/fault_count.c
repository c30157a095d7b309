/*
 * The counters are http_shared's, one for each exception that a signature may meet:
 * dynamo.http_signature_faults().
 */
#include "http/process/fault_count.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "http/process/shared.h"

PG_FUNCTION_INFO_V1(dynamo_http_signature_faults);

static const DynamoException counted[HTTP_FAULT_COUNTERS] = {
	EXCEPTION_MISSING_AUTHENTICATION_TOKEN,
	EXCEPTION_INCOMPLETE_SIGNATURE,
	EXCEPTION_UNRECOGNIZED_CLIENT,
	EXCEPTION_INVALID_SIGNATURE,
	EXCEPTION_EXPIRED_TOKEN,
	EXCEPTION_SERVICE_UNAVAILABLE
};

void
FaultCountAdd(DynamoException exception)
{
	for (int i = 0; i < lengthof(counted); i++)
	{
		if (counted[i] == exception)
			pg_atomic_fetch_add_u64(&http_shared->signature_faults[i], 1);
	}
}

Datum
dynamo_http_signature_faults(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < lengthof(counted) && http_shared != NULL; i++)
	{
		uint64 requests = pg_atomic_read_u64(&http_shared->signature_faults[i]);
		Datum values[] = { CStringGetTextDatum(ExceptionDescribe(counted[i])->name),
			               Int64GetDatum((int64) requests) };
		bool nulls[] = { false, false };

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

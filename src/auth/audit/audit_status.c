/*
 * What SQL is told of the audit: dynamo.audit_counters(), behind the view dynamo.audit_status.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "auth/audit/audit_ring.h"

PG_FUNCTION_INFO_V1(dynamo_audit_counters);

Datum
dynamo_audit_counters(PG_FUNCTION_ARGS)
{
	TupleDesc columns;
	Datum values[5] = { 0 };
	bool nulls[5] = { false };
	AuditCounts counts;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (!AuditRingExists())
		PG_RETURN_NULL();
	counts = AuditRingCounts();
	values[0] = Int64GetDatum(counts.written);
	values[1] = Int64GetDatum(counts.lost);
	values[2] = Int64GetDatum(counts.waiting);
	values[3] = CStringGetTextDatum(counts.error);
	nulls[3] = counts.failed == 0;
	values[4] = TimestampTzGetDatum(counts.failed);
	nulls[4] = counts.failed == 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}

/*
 * See stream_fault.h.
 */
#include "change/upkeep/stream_fault.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"

#include "storage/query/own_query.h"

static void
Run(const char *sql, const BrokenStream *broken)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(broken->relation));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(broken->label));
	(void) OwnQueryRun(sql, &query, NULL, NULL);
}

void
StreamFaultNote(const BrokenStream *broken)
{
	Run("INSERT INTO dynamo.stream_fault (relation, label) VALUES ($1, $2) ON CONFLICT DO NOTHING",
	    broken);
}

void
StreamFaultForget(const BrokenStream *broken)
{
	Run("DELETE FROM dynamo.stream_fault WHERE relation = $1 AND label = $2", broken);
}

static void
AddFault(HeapTuple row, TupleDesc descriptor, void *state)
{
	BrokenStream *broken = palloc_object(BrokenStream);
	List **faults = state;
	bool null;

	broken->relation = DatumGetObjectId(heap_getattr(row, 1, descriptor, &null));
	broken->label = DatumGetInt64(heap_getattr(row, 2, descriptor, &null));
	*faults = lappend(*faults, broken);
}

List *
StreamFaults(void)
{
	OwnQuery query = { 0 };
	List *faults = NIL;

	(void) OwnQueryRun("SELECT relation, label FROM dynamo.stream_fault", &query, AddFault,
	                   &faults);
	return faults;
}

/*
 * See log_horizon.h.
 */
#include "change/log/log_horizon.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/pg_lsn.h"

#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
static bool
HorizonExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "change_horizon"));
}

static void
TakeLast(HeapTuple row, TupleDesc descriptor, void *state)
{
	SequenceNumber *last = state;
	bool null;

	last->epoch = DatumGetInt32(heap_getattr(row, 1, descriptor, &null));
	last->commit = DatumGetLSN(heap_getattr(row, 2, descriptor, &null));
	last->number = DatumGetInt64(heap_getattr(row, 3, descriptor, &null));
}

bool
LogDropped(Oid leaf, SequenceNumber *last)
{
	OwnQuery query = { 0 };

	if (!HorizonExists())
		return false;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(leaf));
	return OwnQueryRun("SELECT epoch, last_commit, last_number FROM dynamo.change_horizon"
	                   " WHERE leaf = $1",
	                   &query, TakeLast, last) > 0;
}

/* Chunks of a leaf do not overlap: the one that begins last ends last. */
void
LogHorizonAdvance(int segment, const char *name)
{
	OwnQuery query = { 0 };

	if (!HorizonExists())
		return;
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(segment));
	(void) OwnQueryRun(
	    psprintf("INSERT INTO dynamo.change_horizon AS known (leaf, epoch, last_commit,"
	             " last_number) SELECT DISTINCT ON (chunk.leaf) chunk.leaf, segment.epoch,"
	             " chunk.last_commit, chunk.last_number"
	             " FROM %s AS chunk, dynamo.change_segment AS segment WHERE segment.segment = $1"
	             " ORDER BY chunk.leaf, chunk.first_commit DESC, chunk.first_number DESC"
	             " ON CONFLICT (leaf) DO UPDATE SET epoch = excluded.epoch,"
	             " last_commit = excluded.last_commit, last_number = excluded.last_number"
	             " WHERE (known.epoch, known.last_commit, known.last_number)"
	             " < (excluded.epoch, excluded.last_commit, excluded.last_number)",
	             name),
	    &query, NULL, NULL);
}

void
LogHorizonTrim(void)
{
	OwnQuery query = { 0 };

	if (HorizonExists())
		(void) OwnQueryRun("DELETE FROM dynamo.change_horizon AS known WHERE NOT EXISTS (SELECT"
		                   " FROM dynamo.stream_shard AS shard WHERE shard.leaf = known.leaf)",
		                   &query, NULL, NULL);
}

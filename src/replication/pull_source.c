/*
 * dynamo.region_pull(): what other regions ask this one for.
 *
 * It runs with the rights of the extension's owner, for a role that may do nothing else. Its
 * callers are told of the tables that they are to have a replica of, and of no others.
 */
#include "replication/pull_source.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "model/resource_name.h"
#include "region/region_clock.h"
#include "storage/query/own_query.h"
#include "storage/region/region_catalog.h"
#include "storage/region/replica_catalog.h"

#define COLUMNS 5
#define MOST_ROWS 1000
#define MOST_BYTES (4 * 1024 * 1024)

PG_FUNCTION_INFO_V1(dynamo_region_pull);

typedef struct Pull
{
	ReturnSetInfo *result;
	int caller;
	int count;
	Datum *names;
	Datum *positions;
} Pull;

void
PullPut(ReturnSetInfo *result, const PullRow *row)
{
	Datum values[COLUMNS] = { 0 };
	bool nulls[COLUMNS] = { 0 };

	values[0] = CStringGetTextDatum(row->kind);
	nulls[1] = row->table.data == NULL;
	if (!nulls[1])
		values[1] = PointerGetDatum(cstring_to_text_with_len(row->table.data, row->table.length));
	values[2] = Int64GetDatum(row->stamp);
	nulls[3] = row->item == NULL;
	values[3] = PointerGetDatum(row->item);
	nulls[4] = row->position == NULL;
	if (!nulls[4])
		values[4] = CStringGetTextDatum(row->position);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* --- tables --- */

static const Replica *
Find(const List *replicas, int region)
{
	ListCell *cell;

	foreach (cell, replicas)
		if (((const Replica *) lfirst(cell))->region == region)
			return lfirst(cell);
	return NULL;
}

static void
PutTable(const Pull *pull, Oid relation)
{
	List *replicas = ReplicasOf(relation);
	const Replica *own = Find(replicas, RegionNumber());
	const Table *table;
	ListCell *cell;

	if (own == NULL || Find(replicas, pull->caller) == NULL)
		return;
	table = TableOpenRelation(relation);
	if (table == NULL)
		return;
	PullPut(pull->result, &(PullRow){ .kind = PULL_TABLE,
	                                  .table = table->definition.name,
	                                  .stamp = own->active ? -1 : own->percent,
	                                  .position = PullStart(table) });
	foreach (cell, replicas)
	{
		const Replica *replica = lfirst(cell);

		PullPut(pull->result, &(PullRow){ .kind = replica->removed ? PULL_REMOVED : PULL_MEMBER,
		                                  .table = table->definition.name,
		                                  .stamp = replica->changed,
		                                  .position = psprintf("%d", replica->region) });
	}
}

static void
PutTables(const Pull *pull)
{
	ListCell *cell;

	PullPut(pull->result, &(PullRow){ .kind = PULL_REGION,
	                                  .stamp = GetCurrentTimestamp(),
	                                  .position = RegionName() });
	foreach (cell, ReplicasFrom(RegionNumber()))
		PutTable(pull, ((const Replica *) lfirst(cell))->relation);
}

/* --- one table --- */

/* Indexes, keys and billing as they are here. */
#define CREATE_REQUEST                                                                          \
	"SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object("                        \
	"'TableName', d->'TableName', 'KeySchema', d->'KeySchema',"                                 \
	" 'AttributeDefinitions', d->'AttributeDefinitions',"                                       \
	" 'BillingMode', coalesce(d #> '{BillingModeSummary,BillingMode}', '\"PROVISIONED\"'),"     \
	" 'ProvisionedThroughput', " UNITS_OF(                                                      \
	    "d") ","                                                                                \
	         " 'LocalSecondaryIndexes', (SELECT "                                               \
	         "pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object("                              \
	         "'IndexName', i->'IndexName', 'KeySchema', i->'KeySchema', 'Projection', "         \
	         "i->'Projection'))"                                                                \
	         " FROM pg_catalog.jsonb_array_elements(d->'LocalSecondaryIndexes') i),"            \
	         " 'GlobalSecondaryIndexes', (SELECT "                                              \
	         "pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object("                              \
	         "'IndexName', i->'IndexName', 'KeySchema', i->'KeySchema', 'Projection', "         \
	         "i->'Projection',"                                                                 \
	         " 'ProvisionedThroughput', " UNITS_OF(                                             \
	             "i") "))"                                                                      \
	                  " FROM pg_catalog.jsonb_array_elements(d->'GlobalSecondaryIndexes') i),"  \
	                  " 'StreamSpecification', d->'StreamSpecification'))"                      \
	                  " FROM dynamo.describe_table(pg_catalog.jsonb_build_object('TableName', " \
	                  "$1)) r,"                                                                 \
	                  " LATERAL (SELECT r->'Table') AS t(d)"
#define UNITS_OF(structure)                                                                 \
	"CASE WHEN (" structure " #>> '{ProvisionedThroughput,ReadCapacityUnits}')::bigint > 0" \
	" THEN pg_catalog.jsonb_build_object("                                                  \
	"'ReadCapacityUnits', " structure " #> '{ProvisionedThroughput,ReadCapacityUnits}',"    \
	" 'WriteCapacityUnits', " structure " #> '{ProvisionedThroughput,WriteCapacityUnits}') END"

static void
ReadRequest(HeapTuple row, TupleDesc columns, void *state)
{
	Jsonb **request = state;
	bool null;

	*request = DatumGetJsonbPCopy(heap_getattr(row, 1, columns, &null));
}

static void
PutRequest(const Pull *pull, const Table *table)
{
	OwnQuery query = { 0 };
	Jsonb *request = NULL;

	OwnQueryAddText(&query, table->definition.name);
	(void) OwnQueryRun(CREATE_REQUEST, &query, ReadRequest, &request);
	PullPut(pull->result,
	        &(PullRow){ .kind = PULL_REQUEST, .table = table->definition.name, .item = request });
}

/* NULL where the caller is not to have it. */
static Table *
OpenTable(const Pull *pull, Bytes name)
{
	Table *table = TableOpen(name, 0);
	const Replica *replica;

	if (table == NULL)
		return NULL;
	replica = Find(ReplicasOf(table->relation), pull->caller);
	return replica == NULL || replica->removed ? NULL : table;
}

static void
PutChanges(const Pull *pull)
{
	PullRoom room = { MOST_ROWS, MOST_BYTES };

	for (int i = 0; i < pull->count; i++)
	{
		char *name = TextDatumGetCString(pull->names[i]);
		const Table *table = OpenTable(pull, BytesFromCString(name));

		CHECK_FOR_INTERRUPTS();
		if (table != NULL)
			PullChanges(pull->result, table, TextDatumGetCString(pull->positions[i]), &room);
	}
}

/* --- calls --- */

static Datum *
ReadTexts(const ArrayType *array, int *count)
{
	Datum *texts;
	bool *nulls;

	deconstruct_array((ArrayType *) array, TEXTOID, -1, false, TYPALIGN_INT, &texts, &nulls, count);
	for (int i = 0; i < *count; i++)
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			                errmsg("a table or a position is null")));
	return texts;
}

/* Two regions of one number would give the same stamps to different versions. */
static void
CheckRegions(int caller, int source)
{
	if (RegionNumber() == 0 || source != RegionNumber())
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("this is region %d, not region %d", RegionNumber(), source)));
	if (caller == source || RegionNumbered(caller) == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("region %d is not known to region %d", caller, source)));
}

static void
Answer(const Pull *pull, const char *what)
{
	char *name = pull->count > 0 ? TextDatumGetCString(pull->names[0]) : NULL;
	Table *table;

	if (strcmp(what, "tables") == 0)
		PutTables(pull);
	else if (strcmp(what, "changes") == 0)
		PutChanges(pull);
	else if (name != NULL && (table = OpenTable(pull, BytesFromCString(name))) != NULL)
	{
		if (strcmp(what, "request") == 0)
			PutRequest(pull, table);
		else if (strcmp(what, "copy") == 0)
			PullCopy(pull->result, table, TextDatumGetCString(pull->positions[0]));
	}
}

Datum
dynamo_region_pull(PG_FUNCTION_ARGS)
{
	Pull pull = { .caller = PG_GETARG_INT32(0) };
	int positions;

	CheckRegions(pull.caller, PG_GETARG_INT32(1));
	InitMaterializedSRF(fcinfo, 0);
	pull.result = (ReturnSetInfo *) fcinfo->resultinfo;
	pull.names = ReadTexts(PG_GETARG_ARRAYTYPE_P(3), &pull.count);
	pull.positions = ReadTexts(PG_GETARG_ARRAYTYPE_P(4), &positions);
	if (positions != pull.count)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("each table has one position")));
	Answer(&pull, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	PG_RETURN_NULL();
}

/*
 * See destination_catalog.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "json/kept_json.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/destination_catalog.h"

#define MAX_ENDED 10 /* destinations of a table that are kept when they are not live any more */

static const char *const status_names[] = {
	[DESTINATION_ENABLING] = "ENABLING", [DESTINATION_ACTIVE] = "ACTIVE",
	[DESTINATION_UPDATING] = "UPDATING", [DESTINATION_DISABLING] = "DISABLING",
	[DESTINATION_DISABLED] = "DISABLED", [DESTINATION_ENABLE_FAILED] = "ENABLE_FAILED",
};

static const char *const precision_names[] = {
	[PRECISION_UNSET] = NULL,
	[PRECISION_MILLISECOND] = "MILLISECOND",
	[PRECISION_MICROSECOND] = "MICROSECOND",
};

#define LIVE "status IN ('ENABLING', 'ACTIVE', 'UPDATING', 'DISABLING')"

/* Columns of the queries below. */
enum
{
	COLUMN_ID = 1,
	COLUMN_RELATION,
	COLUMN_TABLE,
	COLUMN_STREAM_ARN,
	COLUMN_STATUS,
	COLUMN_DESCRIPTION,
	COLUMN_PRECISION,
	COLUMN_START,
	COLUMNS = COLUMN_START
};

#define NULLABLE (OWN_QUERY_COLUMN(COLUMN_DESCRIPTION) | OWN_QUERY_COLUMN(COLUMN_PRECISION))
#define SELECT_DESTINATIONS                                                                   \
	"SELECT id, relation, table_name, stream_arn, status, description, time_precision, start" \
	" FROM dynamo.kinesis_destination "

const char *
DestinationStatusName(DestinationStatus status)
{
	return status_names[status];
}

const char *
TimePrecisionName(TimePrecision precision)
{
	return precision_names[precision];
}

TimePrecision
TimePrecisionNamed(Bytes name)
{
	for (int i = 0; name.data != NULL && i < lengthof(precision_names); i++)
		if (precision_names[i] != NULL && BytesEqual(BytesFromCString(precision_names[i]), name))
			return i;
	return PRECISION_UNSET;
}

static DestinationStatus
StatusNamed(const char *name)
{
	for (int i = 0; i < lengthof(status_names); i++)
		if (strcmp(status_names[i], name) == 0)
			return i;
	KeptFault("status", "is unknown");
}

/* --- reading --- */

/* What an older version of the extension lacks, no table has. */
static bool
TablesExist(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "kinesis_destination"));
}

static SequenceNumber
ReadSequence(Datum value)
{
	SequenceNumber sequence;

	if (!SequenceNumberParse(BytesFromCString(TextDatumGetCString(value)), &sequence))
		KeptFault("position", "is no sequence number");
	return sequence;
}

static void
AddDestination(HeapTuple row, TupleDesc descriptor, void *state)
{
	List **destinations = state;
	Destination *destination = palloc0_object(Destination);
	Datum values[COLUMNS];
	bool nulls[COLUMNS];

	heap_deform_tuple(row, descriptor, values, nulls);
	destination->id = DatumGetInt64(values[COLUMN_ID - 1]);
	destination->relation = DatumGetObjectId(values[COLUMN_RELATION - 1]);
	destination->table = BytesFromCString(TextDatumGetCString(values[COLUMN_TABLE - 1]));
	destination->stream_arn = TextDatumGetCString(values[COLUMN_STREAM_ARN - 1]);
	destination->status = StatusNamed(TextDatumGetCString(values[COLUMN_STATUS - 1]));
	if (!nulls[COLUMN_DESCRIPTION - 1])
		destination->description = TextDatumGetCString(values[COLUMN_DESCRIPTION - 1]);
	if (!nulls[COLUMN_PRECISION - 1])
		destination->precision =
		    TimePrecisionNamed(BytesFromCString(TextDatumGetCString(values[COLUMN_PRECISION - 1])));
	destination->start = ReadSequence(values[COLUMN_START - 1]);
	*destinations = lappend(*destinations, destination);
}

List *
DestinationsOf(Oid relation)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *destinations = NIL;

	if (!TablesExist())
		return NIL;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	(void) OwnQueryRun(SELECT_DESTINATIONS "WHERE relation = $1 ORDER BY id DESC", &query,
	                   AddDestination, &destinations);
	return destinations;
}

List *
DestinationsLive(void)
{
	OwnQuery query = { .nullable = NULLABLE, .leaves_broken = true };
	List *destinations = NIL;

	if (!TablesExist())
		return NIL;
	(void) OwnQueryRun(SELECT_DESTINATIONS "WHERE " LIVE " ORDER BY id", &query, AddDestination,
	                   &destinations);
	return destinations;
}

bool
DestinationIsLive(Oid relation)
{
	OwnQuery query = { 0 };

	if (!TablesExist())
		return false;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	return OwnQueryRun("SELECT FROM dynamo.kinesis_destination WHERE relation = $1 AND " LIVE,
	                   &query, NULL, NULL) > 0;
}

/* --- writing --- */

static void
AddSequence(OwnQuery *query, const SequenceNumber *sequence)
{
	OwnQueryAddCString(query, SequenceNumberText(sequence));
}

static void
Delete(const char *condition, Oid relation, const char *stream_arn)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	OwnQueryAddCString(&query, stream_arn);
	(void) OwnQueryRun(psprintf("WITH gone AS (DELETE FROM dynamo.kinesis_destination"
	                            " WHERE relation = $1 AND %s RETURNING id)"
	                            " DELETE FROM dynamo.kinesis_progress"
	                            " WHERE destination IN (SELECT id FROM gone)",
	                            condition),
	                   &query, NULL, NULL);
}

static void
DeleteOldest(Oid relation)
{
	Delete(psprintf("NOT (" LIVE ") AND $2 IS NULL AND id NOT IN"
	                " (SELECT id FROM dynamo.kinesis_destination WHERE relation = $1"
	                " AND NOT (" LIVE ") ORDER BY id DESC LIMIT %d)",
	                MAX_ENDED),
	       relation, NULL);
}

void
DestinationInsert(const Destination *destination)
{
	OwnQuery query = { 0 };
	SequenceNumber start = { .epoch = ChangeEpochOfNewStream(), .commit = GetXLogInsertRecPtr() };

	Delete("stream_arn = $2", destination->relation, destination->stream_arn);
	DeleteOldest(destination->relation);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(destination->relation));
	OwnQueryAddCString(&query, BytesToCString(destination->table));
	OwnQueryAddCString(&query, destination->stream_arn);
	OwnQueryAddCString(&query, DestinationStatusName(DESTINATION_ENABLING));
	OwnQueryAddCString(&query, TimePrecisionName(destination->precision));
	AddSequence(&query, &start);
	(void) OwnQueryRun("INSERT INTO dynamo.kinesis_destination"
	                   " (relation, table_name, stream_arn, status, time_precision, start)"
	                   " VALUES ($1, $2, $3, $4, $5, $6)",
	                   &query, NULL, NULL);
}

bool
DestinationChange(const Destination *destination, DestinationStatus status, const char *description)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(destination->id));
	OwnQueryAddCString(&query, DestinationStatusName(destination->status));
	OwnQueryAddCString(&query, DestinationStatusName(status));
	OwnQueryAddCString(&query, description);
	OwnQueryAddCString(&query, TimePrecisionName(destination->precision));
	return OwnQueryRun("UPDATE dynamo.kinesis_destination"
	                   " SET status = $3, description = $4, time_precision = $5,"
	                   " changed = pg_catalog.clock_timestamp() WHERE id = $1 AND status = $2",
	                   &query, NULL, NULL) > 0;
}

void
DestinationsForget(Oid relation)
{
	if (TablesExist())
		Delete("$2 IS NULL", relation, NULL);
}

/* --- progress --- */

static void
ReadProgress(HeapTuple row, TupleDesc descriptor, void *state)
{
	DestinationProgress *progress = state;
	bool null;

	progress->position = ReadSequence(heap_getattr(row, 1, descriptor, &null));
	progress->records = DatumGetInt64(heap_getattr(row, 2, descriptor, &null));
	progress->changes_missing = DatumGetBool(heap_getattr(row, 3, descriptor, &null));
}

DestinationProgress
DestinationProgressRead(const Destination *destination, Oid leaf)
{
	DestinationProgress progress = { .position = destination->start };
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(destination->id));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(leaf));
	(void) OwnQueryRun("SELECT position, records, changes_missing FROM dynamo.kinesis_progress"
	                   " WHERE destination = $1 AND leaf = $2",
	                   &query, ReadProgress, &progress);
	return progress;
}

/* A destination that is gone gets no row. `error` NULL: it works. */
static void
Store(const Destination *destination, Oid leaf, const DestinationProgress *progress,
      const char *error)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(destination->id));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(leaf));
	AddSequence(&query, &progress->position);
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(progress->records));
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(progress->changes_missing));
	OwnQueryAddCString(&query, error);
	(void) OwnQueryRun("INSERT INTO dynamo.kinesis_progress AS known"
	                   " (destination, leaf, position, records, changes_missing, last_error,"
	                   " failing_since)"
	                   " SELECT id, $2, $3, $4, $5, $6,"
	                   " CASE WHEN $6 IS NULL THEN NULL ELSE pg_catalog.clock_timestamp() END"
	                   " FROM dynamo.kinesis_destination WHERE id = $1"
	                   " ON CONFLICT (destination, leaf) DO UPDATE SET"
	                   " position = excluded.position, records = excluded.records,"
	                   " changes_missing = excluded.changes_missing,"
	                   " last_error = excluded.last_error,"
	                   " failing_since = CASE WHEN excluded.last_error IS NULL THEN NULL"
	                   " ELSE coalesce(known.failing_since, excluded.failing_since) END",
	                   &query, NULL, NULL);
}

void
DestinationProgressStore(const Destination *destination, Oid leaf,
                         const DestinationProgress *progress)
{
	Store(destination, leaf, progress, NULL);
}

void
DestinationFault(const Destination *destination, Oid leaf, const DestinationProgress *progress,
                 const char *error)
{
	Store(destination, leaf, progress, error);
}

/*
 * See migration.h.
 */
#include "transfer/migrate/migration.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define SELECT_MIGRATIONS                                                                  \
	"SELECT id, outward, endpoint, credential, source, target, owner, options, phase,"     \
	" resume_phase, wanted, position, report, scanned_items, applied_changes, read_bytes," \
	" failures, caught_up, drained FROM dynamo.migration_job "

/* Of SELECT_MIGRATIONS. */
enum
{
	COLUMN_ID,
	COLUMN_OUT,
	COLUMN_ENDPOINT,
	COLUMN_CREDENTIAL,
	COLUMN_SOURCE,
	COLUMN_TARGET,
	COLUMN_OWNER,
	COLUMN_OPTIONS,
	COLUMN_PHASE,
	COLUMN_RESUME,
	COLUMN_WANTED,
	COLUMN_POSITION,
	COLUMN_REPORT,
	COLUMN_SCANNED,
	COLUMN_CHANGES,
	COLUMN_BYTES,
	COLUMN_FAILURES,
	COLUMN_CAUGHT_UP,
	COLUMN_DRAINED,
	COLUMN_COUNT
};

#define OPTIONAL_COLUMNS                                                             \
	(OWN_QUERY_COLUMN(COLUMN_CREDENTIAL + 1) | OWN_QUERY_COLUMN(COLUMN_REPORT + 1) | \
	 OWN_QUERY_COLUMN(COLUMN_CAUGHT_UP + 1) | OWN_QUERY_COLUMN(COLUMN_DRAINED + 1))

static const char *const phase_names[] = {
	[MIGRATION_DEFINING] = "DEFINING",   [MIGRATION_COPYING] = "COPYING",
	[MIGRATION_INDEXING] = "INDEXING",   [MIGRATION_COMPARING] = "COMPARING",
	[MIGRATION_FOLLOWING] = "FOLLOWING", [MIGRATION_DRAINING] = "DRAINING",
	[MIGRATION_CHECKING] = "CHECKING",   [MIGRATION_FINISHING] = "FINISHING",
	[MIGRATION_COMPLETED] = "COMPLETED", [MIGRATION_FAILED] = "FAILED",
	[MIGRATION_CANCELLED] = "CANCELLED",
};

static const char *const wish_names[] = {
	[WISH_NONE] = "nothing",
	[WISH_CUT_OVER] = "cut-over",
	[WISH_CUT_OVER_AT_ONCE] = "cut-over at once",
	[WISH_CANCEL] = "cancel",
};

const char *
MigrationPhaseName(MigrationPhase phase)
{
	return phase_names[phase];
}

bool
MigrationHasEnded(MigrationPhase phase)
{
	return phase >= MIGRATION_COMPLETED;
}

/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
static bool
TableExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "migration_job"));
}

/* --- reading --- */

static char *
TextOf(const Datum *values, const bool *nulls, int column)
{
	return nulls[column] ? NULL : TextDatumGetCString(values[column]);
}

static TimestampTz
TimeOf(const Datum *values, const bool *nulls, int column)
{
	return nulls[column] ? 0 : DatumGetTimestampTz(values[column]);
}

static int
WordOf(Datum word, const char *const *words, int count)
{
	return OwnRowWord("migration_job", word, words, count);
}

static void
ReadMigration(HeapTuple row, TupleDesc descriptor, void *state)
{
	Migration *migration = state;
	Datum values[COLUMN_COUNT];
	bool nulls[COLUMN_COUNT];

	heap_deform_tuple(row, descriptor, values, nulls);
	*migration = (Migration){
		.id = DatumGetInt64(values[COLUMN_ID]),
		.out = DatumGetBool(values[COLUMN_OUT]),
		.endpoint = TextOf(values, nulls, COLUMN_ENDPOINT),
		.credential = TextOf(values, nulls, COLUMN_CREDENTIAL),
		.source = TextOf(values, nulls, COLUMN_SOURCE),
		.target = TextOf(values, nulls, COLUMN_TARGET),
		.owner = DatumGetObjectId(values[COLUMN_OWNER]),
		.options = TextOf(values, nulls, COLUMN_OPTIONS),
		.phase = WordOf(values[COLUMN_PHASE], phase_names, lengthof(phase_names)),
		.resume = WordOf(values[COLUMN_RESUME], phase_names, lengthof(phase_names)),
		.wanted = WordOf(values[COLUMN_WANTED], wish_names, lengthof(wish_names)),
		.position = TextOf(values, nulls, COLUMN_POSITION),
		.report = TextOf(values, nulls, COLUMN_REPORT),
		.scanned = DatumGetInt64(values[COLUMN_SCANNED]),
		.changes = DatumGetInt64(values[COLUMN_CHANGES]),
		.bytes = DatumGetInt64(values[COLUMN_BYTES]),
		.failures = DatumGetInt32(values[COLUMN_FAILURES]),
		.caught_up = TimeOf(values, nulls, COLUMN_CAUGHT_UP),
		.drained = TimeOf(values, nulls, COLUMN_DRAINED),
	};
}

static void
AddId(OwnQuery *query, int64 id)
{
	OwnQueryAdd(query, INT8OID, Int64GetDatum(id));
}

bool
MigrationRead(int64 id, Migration *migration)
{
	OwnQuery query = { .nullable = OPTIONAL_COLUMNS };

	AddId(&query, id);
	return OwnQueryRun(SELECT_MIGRATIONS "WHERE id = $1", &query, ReadMigration, migration) > 0;
}

bool
MigrationFind(int64 id, Migration *migration)
{
	OwnQuery query = { .nullable = OPTIONAL_COLUMNS };

	if (!TableExists())
		return false;
	AddId(&query, id);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	return OwnQueryRun(SELECT_MIGRATIONS
	                   "WHERE id = $1 AND pg_catalog.pg_has_role($2, owner, 'USAGE')",
	                   &query, ReadMigration, migration) > 0;
}

static void
AddToList(HeapTuple row, TupleDesc descriptor, void *list)
{
	int64 *id = palloc_object(int64);
	bool null;

	*id = DatumGetInt64(heap_getattr(row, 1, descriptor, &null));
	*(List **) list = lappend(*(List **) list, id);
}

List *
MigrationsDue(void)
{
	OwnQuery query = { .leaves_broken = true };
	List *ids = NIL;

	if (TableExists())
		(void) OwnQueryRun("SELECT id FROM dynamo.migration_job WHERE ended IS NULL"
		                   " AND next_turn <= pg_catalog.clock_timestamp()"
		                   " ORDER BY wanted = 'nothing', next_turn, id LIMIT 100",
		                   &query, AddToList, &ids);
	return ids;
}

static void
ReadInteger(HeapTuple row, TupleDesc descriptor, void *value)
{
	bool null;

	*(int64 *) value = DatumGetInt64(heap_getattr(row, 1, descriptor, &null));
}

int64
MigrationsNextTurn(void)
{
	OwnQuery query = { 0 };
	int64 milliseconds = -1;

	if (TableExists())
		(void) OwnQueryRun(
		    "SELECT coalesce(pg_catalog.min(CASE WHEN next_turn <= now.at THEN 0 ELSE"
		    " (extract(epoch FROM next_turn - now.at) * 1000)::bigint END), -1)"
		    " FROM dynamo.migration_job, (SELECT pg_catalog.clock_timestamp() AS at) AS now"
		    " WHERE ended IS NULL AND pg_catalog.isfinite(next_turn)",
		    &query, ReadInteger, &milliseconds);
	return milliseconds;
}

bool
MigrationIsUnderWay(bool out, const char *table)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(out));
	OwnQueryAddCString(&query, table);
	return OwnQueryRunNow(
	           "SELECT id FROM dynamo.migration_job WHERE ended IS NULL"
	           " AND outward = $1 AND CASE WHEN outward THEN source ELSE target END = $2",
	           &query, NULL, NULL) > 0;
}

int64
MigrationCount(void)
{
	OwnQuery query = { 0 };
	int64 count = 0;

	OwnRowsLock("migration_job", GetUserId());
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	(void) OwnQueryRunNow("SELECT pg_catalog.count(*) FROM dynamo.migration_job"
	                      " WHERE owner = $1 AND ended IS NULL",
	                      &query, ReadInteger, &count);
	return count;
}

/* --- writing --- */

void
MigrationInsert(Migration *migration)
{
	OwnQuery query = { 0 };

	migration->owner = GetUserId();
	migration->phase = MIGRATION_DEFINING;
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(migration->out));
	OwnQueryAddCString(&query, migration->endpoint);
	OwnQueryAddCString(&query, migration->credential);
	OwnQueryAddCString(&query, migration->source);
	OwnQueryAddCString(&query, migration->target);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(migration->owner));
	OwnQueryAddCString(&query, migration->options);
	OwnQueryAddCString(&query, phase_names[migration->phase]);
	OwnQueryAddCString(&query, wish_names[WISH_NONE]);
	(void) OwnQueryRun("INSERT INTO dynamo.migration_job (outward, endpoint, credential, source,"
	                   " target, owner, options, phase, resume_phase, wanted, position, started,"
	                   " next_turn) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, '{}',"
	                   " pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp()) RETURNING id",
	                   &query, ReadInteger, &migration->id);
}

static void
AddTime(OwnQuery *query, TimestampTz time)
{
	if (time == 0)
		OwnQueryAddNull(query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(query, TIMESTAMPTZOID, TimestampTzGetDatum(time));
}

void
MigrationSave(const Migration *migration)
{
	OwnQuery query = { 0 };

	AddId(&query, migration->id);
	OwnQueryAddCString(&query, phase_names[migration->phase]);
	OwnQueryAddCString(&query, migration->position);
	OwnQueryAddCString(&query, migration->report);
	AddId(&query, migration->scanned);
	AddId(&query, migration->changes);
	AddId(&query, migration->bytes);
	AddTime(&query, migration->caught_up);
	AddTime(&query, migration->drained);
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(MigrationHasEnded(migration->phase)));
	(void) OwnQueryRun("UPDATE dynamo.migration_job SET phase = $2, position = $3, report = $4,"
	                   " scanned_items = $5, applied_changes = $6, read_bytes = $7, caught_up = $8,"
	                   " drained = $9, failures = 0, error = NULL,"
	                   " ended = CASE WHEN $10 THEN pg_catalog.clock_timestamp() END WHERE id = $1",
	                   &query, NULL, NULL);
}

void
MigrationPostpone(const Migration *migration, const char *error, int64 pause)
{
	OwnQuery query = { 0 };

	AddId(&query, migration->id);
	OwnQueryAddCString(&query, error);
	AddId(&query, pause);
	(void) OwnQueryRun("UPDATE dynamo.migration_job SET failures = failures + 1, error = $2,"
	                   " next_turn = pg_catalog.clock_timestamp()"
	                   " + pg_catalog.make_interval(secs => $3 / 1000.0) WHERE id = $1",
	                   &query, NULL, NULL);
}

void
MigrationFail(const Migration *migration, const char *error)
{
	OwnQuery query = { 0 };

	AddId(&query, migration->id);
	OwnQueryAddCString(&query, error);
	OwnQueryAddCString(&query, phase_names[MIGRATION_FAILED]);
	(void) OwnQueryRun("UPDATE dynamo.migration_job SET resume_phase = phase, phase = $3,"
	                   " error = $2, ended = pg_catalog.clock_timestamp()"
	                   " WHERE id = $1 AND ended IS NULL",
	                   &query, NULL, NULL);
}

void
MigrationYield(const Migration *migration)
{
	OwnQuery query = { 0 };

	AddId(&query, migration->id);
	(void) OwnQueryRun("UPDATE dynamo.migration_job SET next_turn = pg_catalog.clock_timestamp()"
	                   " WHERE id = $1 AND next_turn <= pg_catalog.clock_timestamp()",
	                   &query, NULL, NULL);
}

bool
MigrationWishSet(int64 id, MigrationWish wish)
{
	OwnQuery query = { 0 };

	AddId(&query, id);
	OwnQueryAddCString(&query, wish_names[wish]);
	return OwnQueryRun("UPDATE dynamo.migration_job SET wanted = $2,"
	                   " next_turn = pg_catalog.clock_timestamp()"
	                   " WHERE id = $1 AND ended IS NULL RETURNING id",
	                   &query, NULL, NULL) > 0;
}

static void
ReadWish(HeapTuple row, TupleDesc descriptor, void *wish)
{
	bool null;

	*(MigrationWish *) wish =
	    WordOf(heap_getattr(row, 1, descriptor, &null), wish_names, lengthof(wish_names));
}

MigrationWish
MigrationWishRead(int64 id)
{
	OwnQuery query = { 0 };
	MigrationWish wish = WISH_CANCEL; /* where a superuser has deleted the row */

	AddId(&query, id);
	(void) OwnQueryRun("SELECT wanted FROM dynamo.migration_job WHERE id = $1", &query, ReadWish,
	                   &wish);
	return wish;
}

bool
MigrationResume(int64 id)
{
	OwnQuery query = { 0 };

	AddId(&query, id);
	OwnQueryAddCString(&query, phase_names[MIGRATION_FAILED]);
	return OwnQueryRun("UPDATE dynamo.migration_job SET phase = resume_phase, ended = NULL,"
	                   " error = NULL, failures = 0, next_turn = pg_catalog.clock_timestamp()"
	                   " WHERE id = $1 AND phase = $2 RETURNING id",
	                   &query, NULL, NULL) > 0;
}

void
MigrationsExpire(void)
{
	OwnQuery query = { 0 };

	if (TableExists())
		(void) OwnQueryRun("DELETE FROM dynamo.migration_job WHERE ended <"
		                   " pg_catalog.clock_timestamp() - pg_catalog.make_interval(days => 90)",
		                   &query, NULL, NULL);
}

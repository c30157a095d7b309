/*
 * What sessions do with migrations: beginning them, or looking what they would do, and steering
 * those of the caller's.
 *
 * Who may begin one is a matter of EXECUTE on the functions, which PUBLIC does not have.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "json/json_member.h"
#include "storage/query/ddl.h"
#include "transfer/migrate/anonymize.h"
#include "transfer/remote/answer.h"
#include "transfer/migrate/migration_start.h"
#include "transfer/migrate/plan.h"
#include "transfer/migrate/phase.h"

#define MAX_TABLES 1000
#define MAX_MIGRATIONS 1000 /* of a role at once */
#define RESULT_COLUMNS 3

PG_FUNCTION_INFO_V1(dynamo_migrate);
PG_FUNCTION_INFO_V1(dynamo_migrate_to);
PG_FUNCTION_INFO_V1(dynamo_cut_over_migration);
PG_FUNCTION_INFO_V1(dynamo_cancel_migration);
PG_FUNCTION_INFO_V1(dynamo_resume_migration);

/* The arguments of both functions that begin migrations. */
typedef struct MigrateCall
{
	bool out;
	char *endpoint;
	char *credential;
	char *options; /* JSON */
	bool dry_run;
	MigrationOptions read;
	int table_count;
	char **tables;
} MigrateCall;

/* --- arguments --- */

static void
ReadTables(MigrateCall *call, ArrayType *array)
{
	Datum *names;
	bool *nulls;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &call->table_count);
	if (call->table_count < 1 || call->table_count > MAX_TABLES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("between 1 and %d tables can be migrated by one call", MAX_TABLES)));
	call->tables = palloc_array(char *, call->table_count);
	for (int i = 0; i < call->table_count; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			                errmsg("the name of a table must not be null")));
		call->tables[i] = TextDatumGetCString(names[i]);
	}
}

static void
ReadOptions(MigrateCall *call, Jsonb *options)
{
	call->options = JsonbToCString(NULL, &options->root, VARSIZE(options));
	MigrationOptionsRead(BytesFromCString(call->options), &call->read);
	(void) AnonymizerOpen(&call->read, GetUserId());
}

static void
NeedArgument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("the argument \"%s\" must not be null", name)));
}

static MigrateCall
ReadCall(FunctionCallInfo fcinfo, bool out)
{
	MigrateCall call = { .out = out };

	NeedArgument(fcinfo, 0, out ? "target" : "source");
	NeedArgument(fcinfo, 1, "table_names");
	NeedArgument(fcinfo, 3, "options");
	NeedArgument(fcinfo, 4, "dry_run");
	call.endpoint = text_to_cstring(PG_GETARG_TEXT_PP(0));
	RemoteCheckUrl(call.endpoint);
	ReadTables(&call, PG_GETARG_ARRAYTYPE_P(1));
	call.credential = PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2));
	ReadOptions(&call, PG_GETARG_JSONB_P(3));
	call.dry_run = PG_GETARG_BOOL(4);
	return call;
}

/* --- beginning --- */

static Migration
JobOf(const MigrateCall *call, char *table)
{
	Bytes renamed = AnswerString(call->read.rename, table);

	return (Migration){ .out = call->out,
		                .endpoint = call->endpoint,
		                .credential = call->credential,
		                .source = table,
		                .target = renamed.data == NULL ? table : BytesToCString(renamed),
		                .owner = GetUserId(),
		                .options = call->options,
		                .position = "{}" };
}

static void
Begin(Migration *job)
{
	const char *here = job->out ? job->source : job->target;

	if (MigrationIsUnderWay(job->out, here))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
		                errmsg("a migration of table \"%s\" is under way", here),
		                errhint("See the view dynamo.migrations.")));
	MigrationInsert(job);
}

/* The number of the migration, or what it would do. */
static void
Answer(const MigrateCall *call, char *table, Tuplestorestate *rows, TupleDesc descriptor)
{
	Datum values[RESULT_COLUMNS] = { 0 };
	bool nulls[RESULT_COLUMNS] = { false, true, true };
	Migration job = JobOf(call, table);
	MigrationRun run;

	values[0] = CStringGetTextDatum(table);
	MigrationRunOpen(&run, &job);
	if (call->dry_run)
	{
		values[2] = DirectFunctionCall1(jsonb_in, CStringGetDatum(MigrationPlan(&run)));
		nulls[2] = false;
	}
	else
	{
		Begin(&job);
		values[1] = Int64GetDatum(job.id);
		nulls[1] = false;
	}
	tuplestore_putvalues(rows, descriptor, values, nulls);
}

static void
CheckMayBegin(const MigrateCall *call)
{
	if (call->dry_run)
		return;
	PreventCommandIfReadOnly("dynamo.migrate()");
	PreventCommandIfParallelMode("dynamo.migrate()");
	CheckMigrationsCanRun();
	if (!call->out)
		CheckMayCreateTables();
	if (MigrationCount() + call->table_count > MAX_MIGRATIONS)
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                errmsg("a role has at most %d migrations under way", MAX_MIGRATIONS)));
	MigrationWorkerStart();
}

static Datum
Migrate(FunctionCallInfo fcinfo, bool out)
{
	MigrateCall call = ReadCall(fcinfo, out);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	CheckMayBegin(&call);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < call.table_count; i++)
		Answer(&call, call.tables[i], result->setResult, result->setDesc);
	return (Datum) 0;
}

Datum
dynamo_migrate(PG_FUNCTION_ARGS)
{
	return Migrate(fcinfo, false);
}

Datum
dynamo_migrate_to(PG_FUNCTION_ARGS)
{
	return Migrate(fcinfo, true);
}

/* --- steering --- */

static void
FindOwn(int64 id, Migration *migration)
{
	PreventCommandIfReadOnly("a change of a migration");
	if (!MigrationFind(id, migration))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("there is no migration " INT64_FORMAT " of yours", id)));
}

pg_noreturn static void
RefuseFor(const Migration *migration, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("migration " INT64_FORMAT " cannot be %s while it is %s", migration->id,
	                       what, MigrationPhaseName(migration->phase))));
}

Datum
dynamo_cut_over_migration(PG_FUNCTION_ARGS)
{
	Migration migration;

	FindOwn(PG_GETARG_INT64(0), &migration);
	if (migration.phase != MIGRATION_FOLLOWING && migration.phase != MIGRATION_COMPARING)
		RefuseFor(&migration, "cut over");
	(void) MigrationWishSet(migration.id,
	                        PG_GETARG_BOOL(1) ? WISH_CUT_OVER : WISH_CUT_OVER_AT_ONCE);
	MigrationWorkerStart();
	PG_RETURN_VOID();
}

Datum
dynamo_cancel_migration(PG_FUNCTION_ARGS)
{
	Migration migration;

	FindOwn(PG_GETARG_INT64(0), &migration);
	if (!MigrationWishSet(migration.id, WISH_CANCEL))
		RefuseFor(&migration, "cancelled");
	MigrationWorkerStart();
	PG_RETURN_VOID();
}

Datum
dynamo_resume_migration(PG_FUNCTION_ARGS)
{
	Migration migration;

	FindOwn(PG_GETARG_INT64(0), &migration);
	if (!MigrationResume(migration.id))
		RefuseFor(&migration, "resumed");
	MigrationWorkerStart();
	PG_RETURN_VOID();
}

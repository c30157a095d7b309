/*
 * Triggers as SQL functions.
 *
 * A table's owner makes triggers on it, which belong to the role that made them: their functions
 * run as that role. It, and the table's owner, may stop and drop them.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "change/log/log_horizon.h"
#include "change/log/log_read.h"
#include "compat.h"
#include "operation/arn.h"
#include "operation/table/table_change.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/stream_access.h"
#include "trigger/dead_letter.h"
#include "trigger/filter/event_filters.h"
#include "trigger/function_target.h"
#include "trigger/shard_progress.h"
#include "trigger/trigger_start.h"
#include "trigger/trigger_target.h"

#define MAX_NAME_LENGTH 128

PG_FUNCTION_INFO_V1(dynamo_create_trigger);
PG_FUNCTION_INFO_V1(dynamo_alter_trigger);
PG_FUNCTION_INFO_V1(dynamo_enable_trigger);
PG_FUNCTION_INFO_V1(dynamo_disable_trigger);
PG_FUNCTION_INFO_V1(dynamo_drop_trigger);
PG_FUNCTION_INFO_V1(dynamo_replay_trigger);
PG_FUNCTION_INFO_V1(dynamo_delete_dead_letters);

/* --- arguments --- */

static void
CheckGiven(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is null", name)));
}

static char *
TextGiven(FunctionCallInfo fcinfo, int number, const char *name)
{
	CheckGiven(fcinfo, number, name);
	return text_to_cstring(PG_GETARG_TEXT_PP(number));
}

static int64
WithinBounds(int64 value, int64 least, int64 most, const char *name)
{
	if (value < least || value > most)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("%s must be from " INT64_FORMAT " to " INT64_FORMAT, name, least, most)));
	return value;
}

/* In milliseconds; months have 30 days, as PostgreSQL counts them. */
static int64
IntervalGiven(FunctionCallInfo fcinfo, int number)
{
	const Interval *interval = PG_GETARG_INTERVAL_P(number);
	int64 days = interval->day + interval->month * INT64CONST(30);

	if (days > PG_INT32_MAX || days < PG_INT32_MIN)
		days = PG_INT32_MAX;
	return interval->time / 1000 + days * (USECS_PER_DAY / 1000);
}

/* The arguments that create_trigger and alter_trigger share, each by its number; -1: it is none. */
typedef struct SettingArguments
{
	int batch_size;
	int batching_window;
	int record_age;
	int retry_attempts;
	int bisect;
	int report;
	int filters;
	int credential;
	int timeout;
} SettingArguments;

static const SettingArguments create_arguments = { 3, 4, 6, 7, 8, 9, 10, 11, 12 };
static const SettingArguments alter_arguments = { 2, 3, 4, 5, 6, 7, 8, 9, 10 };

/* jsonb null is none. */
static Jsonb *
FiltersGiven(FunctionCallInfo fcinfo, int number)
{
	Jsonb *filters = PG_GETARG_JSONB_P_COPY(number);

	if (JB_ROOT_IS_SCALAR(filters) && JsonFromJsonb(filters)->type == JSON_NODE_NULL)
		return NULL;
	(void) EventFiltersParse(filters);
	return filters;
}

static void
SetTimes(FunctionCallInfo fcinfo, const SettingArguments *arguments, EventTrigger *trigger)
{
	if (!PG_ARGISNULL(arguments->batching_window))
		trigger->batching_window =
		    WithinBounds(IntervalGiven(fcinfo, arguments->batching_window), 0, MAX_BATCHING_WINDOW,
		                 "batching_window in milliseconds");
	if (!PG_ARGISNULL(arguments->record_age))
		trigger->maximum_record_age = IntervalGiven(fcinfo, arguments->record_age);
	if (trigger->maximum_record_age != 0)
		(void) WithinBounds(trigger->maximum_record_age, MIN_RECORD_AGE, MAX_RECORD_AGE,
		                    "maximum_record_age in milliseconds");
	if (!PG_ARGISNULL(arguments->timeout))
		trigger->target_timeout =
		    WithinBounds(IntervalGiven(fcinfo, arguments->timeout), MIN_TARGET_TIMEOUT,
		                 MAX_TARGET_TIMEOUT, "target_timeout in milliseconds");
}

static void
SetSettings(FunctionCallInfo fcinfo, const SettingArguments *arguments, EventTrigger *trigger)
{
	SetTimes(fcinfo, arguments, trigger);
	if (!PG_ARGISNULL(arguments->batch_size))
		trigger->batch_size =
		    WithinBounds(PG_GETARG_INT32(arguments->batch_size), 1, MAX_BATCH_SIZE, "batch_size");
	if (!PG_ARGISNULL(arguments->retry_attempts))
		trigger->maximum_retry_attempts =
		    WithinBounds(PG_GETARG_INT32(arguments->retry_attempts), -1, MAX_RETRY_ATTEMPTS,
		                 "maximum_retry_attempts");
	if (!PG_ARGISNULL(arguments->bisect))
		trigger->bisect = PG_GETARG_BOOL(arguments->bisect);
	if (!PG_ARGISNULL(arguments->report))
		trigger->report_failures = PG_GETARG_BOOL(arguments->report);
	if (!PG_ARGISNULL(arguments->filters))
		trigger->filters = FiltersGiven(fcinfo, arguments->filters);
	if (!PG_ARGISNULL(arguments->credential))
		trigger->credential = text_to_cstring(PG_GETARG_TEXT_PP(arguments->credential));
	if (trigger->credential != NULL && trigger->credential[0] == '\0')
		trigger->credential = NULL;
}

/* --- who may --- */

static void
CheckMayRead(const Table *table)
{
	ChangeAccess access = ChangeAccessOf(table->relation);

	if (access != CHANGES_READABLE)
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("permission denied for the changes of table \"%.*s\"",
		                       BYTES_ARGS(table->definition.name)),
		                errdetail(access == CHANGES_NEED_SELECT
		                              ? "The role lacks SELECT on the table."
		                              : "The table's row-level security applies to the role.")));
}

/* A table with a stream whose changes the current role may have called targets with. */
static Table *
OpenTable(Bytes name)
{
	Table *table = TableOpen(name, 0);

	if (table == NULL)
		RaiseTableNotFound(name);
	TableCheckOwner(table);
	CheckMayRead(table);
	if (!StreamIsEnabled(table->definition.stream))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table \"%.*s\" has no stream", BYTES_ARGS(name)),
		                errhint("Enable one by UpdateTable, with a StreamSpecification.")));
	return table;
}

static bool
OwnsTable(const EventTrigger *trigger)
{
	CatalogRow row;

	return CatalogRead(trigger->table, &row) && IsRelationOwner(row.relation);
}

/* The trigger, which the current role may change or, where it owns the table, stop. */
static EventTrigger *
OpenTrigger(const char *name, bool as_owner_of_table)
{
	EventTrigger *trigger = EventTriggerFind(name);

	PreventCommandIfReadOnly("a change of a trigger");
	if (trigger == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("trigger \"%s\" does not exist", name)));
	if (!has_privs_of_role(GetUserId(), trigger->owner) &&
	    !(as_owner_of_table && OwnsTable(trigger)))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be owner of trigger \"%s\"", name)));
	return trigger;
}

/* --- shards --- */

/* What retention has dropped is none of those that the shard still has. */
static void
StartAtOldest(StreamShard *shard)
{
	SequenceNumber dropped;

	if (!LogDropped(shard->leaf, &dropped) || SequenceNumberCompare(&shard->start, &dropped) > 0)
		return;
	shard->start = dropped;
	shard->start.number++;
	if (shard->end.epoch != 0 && SequenceNumberCompare(&shard->start, &shard->end) > 0)
		shard->start = shard->end;
}

/* Of the trigger's stream, each from the oldest record that it still has. */
static List *
OpenShards(const EventTrigger *trigger)
{
	List *shards = StreamShards(trigger->table, trigger->label);
	ListCell *cell;

	foreach (cell, shards)
		StartAtOldest(lfirst(cell));
	return shards;
}

/* --- the functions --- */

static void
BeginProgress(const EventTrigger *trigger)
{
	List *shards = OpenShards(trigger);
	SequenceNumber now = LogEnd(ChangeEpochOfNewStream());

	ShardProgressBegin(trigger->id, shards, trigger->from_start ? NULL : &now);
}

static bool
IsFromStart(const char *position)
{
	bool from_start = strcmp(position, "TRIM_HORIZON") == 0;

	if (!from_start && strcmp(position, "LATEST") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("starting_position must be TRIM_HORIZON or LATEST")));
	return from_start;
}

static void
CheckName(const char *name)
{
	int length = strlen(name);

	if (length < 1 || length > MAX_NAME_LENGTH)
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
		                errmsg("the name of a trigger has from 1 to %d bytes", MAX_NAME_LENGTH)));
}

/* The catalog shows what the transaction itself has written. */
static void
BeginCommand(void)
{
	PreventCommandIfReadOnly("a change of a trigger");
	PreventCommandIfParallelMode("a change of a trigger");
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
}

static void
EndCommand(void)
{
	PopActiveSnapshot();
	TriggerWorkersStart();
}

Datum
dynamo_create_trigger(PG_FUNCTION_ARGS)
{
	EventTrigger trigger = { .owner = GetUserId(), .maximum_retry_attempts = -1 };
	Table *table;

	for (int i = 0; i < 6; i++)
		CheckGiven(fcinfo, i, "an argument before maximum_record_age");
	trigger.name = TextGiven(fcinfo, 0, "name");
	trigger.table = TableNameOf(BytesFromCString(TextGiven(fcinfo, 1, "table_name")));
	trigger.from_start = IsFromStart(TextGiven(fcinfo, 5, "starting_position"));
	trigger.enabled = !PG_ARGISNULL(13) && PG_GETARG_BOOL(13);
	trigger.target_timeout = 60 * 1000;
	CheckName(trigger.name);
	BeginCommand();
	table = OpenTable(trigger.table);
	trigger.label = table->definition.stream->label;
	EventTriggerCheckCount(trigger.owner);
	SetSettings(fcinfo, &create_arguments, &trigger);
	TargetSet(&trigger, TextGiven(fcinfo, 2, "target"));
	EventTriggerInsert(&trigger);
	BeginProgress(&trigger);
	EndCommand();
	PG_RETURN_VOID();
}

Datum
dynamo_alter_trigger(PG_FUNCTION_ARGS)
{
	EventTrigger *trigger;

	BeginCommand();
	trigger = OpenTrigger(TextGiven(fcinfo, 0, "name"), false);
	SetSettings(fcinfo, &alter_arguments, trigger);
	if (!PG_ARGISNULL(1))
		TargetSet(trigger, TextGiven(fcinfo, 1, "target"));
	EventTriggerUpdate(trigger);
	ShardProgressHurry(trigger->id);
	EndCommand();
	PG_RETURN_VOID();
}

/* A restored trigger's owner has not asked for it in this database: the caller owns it now. */
static void
AdoptRestored(EventTrigger *trigger)
{
	Table *table = OpenTable(trigger->table);

	if (trigger->owner != GetUserId())
		EventTriggerCheckCount(GetUserId());
	trigger->owner = GetUserId();
	trigger->label = table->definition.stream->label;
	BeginProgress(trigger);
}

Datum
dynamo_enable_trigger(PG_FUNCTION_ARGS)
{
	EventTrigger *trigger;

	BeginCommand();
	trigger = EventTriggerFind(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (trigger != NULL && trigger->label == 0)
		AdoptRestored(trigger);
	else
		trigger = OpenTrigger(text_to_cstring(PG_GETARG_TEXT_PP(0)), false);
	TargetSet(trigger, trigger->target);
	trigger->enabled = true;
	EventTriggerUpdate(trigger);
	ShardProgressHurry(trigger->id);
	EndCommand();
	PG_RETURN_VOID();
}

Datum
dynamo_disable_trigger(PG_FUNCTION_ARGS)
{
	EventTrigger *trigger;

	BeginCommand();
	trigger = OpenTrigger(text_to_cstring(PG_GETARG_TEXT_PP(0)), true);
	trigger->enabled = false;
	EventTriggerUpdate(trigger);
	EndCommand();
	PG_RETURN_VOID();
}

Datum
dynamo_drop_trigger(PG_FUNCTION_ARGS)
{
	BeginCommand();
	EventTriggerDelete(OpenTrigger(text_to_cstring(PG_GETARG_TEXT_PP(0)), true)->id);
	EndCommand();
	PG_RETURN_VOID();
}

/* Without what was known of the failures there. */
static void
Replay(const EventTrigger *trigger, const StreamShard *shard, const SequenceNumber *from)
{
	ShardProgress progress = { .trigger = trigger->id, .shard = shard->number };
	bool ends_before = shard->end.epoch != 0 && SequenceNumberCompare(&shard->end, from) <= 0;

	progress.position = SequenceNumberCompare(from, &shard->start) > 0 ? *from : shard->start;
	progress.finished = ends_before;
	progress.shard_id = StreamShardId(shard);
	ShardProgressAdd(&progress);
	(void) ShardProgressStore(&progress, NULL);
}

Datum
dynamo_replay_trigger(PG_FUNCTION_ARGS)
{
	SequenceNumber from = { 0 };
	EventTrigger *trigger;
	ListCell *cell;

	if (!PG_ARGISNULL(1) &&
	    !SequenceNumberParse(BytesFromCString(TextGiven(fcinfo, 1, "sequence_number")), &from))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("sequence_number is no sequence number of a record")));
	BeginCommand();
	trigger = OpenTrigger(TextGiven(fcinfo, 0, "name"), false);
	if (FunctionIsCalledFor(trigger->id))
		ereport(ERROR,
		        (errcode(ERRCODE_OBJECT_IN_USE),
		         errmsg("trigger \"%s\" cannot be replayed by its own function", trigger->name),
		         errdetail("The function's batch ends with the trigger's progress."),
		         errhint("Call dynamo.replay_trigger() in another session.")));
	foreach (cell,
	         from.epoch == 0 ? OpenShards(trigger) : StreamShards(trigger->table, trigger->label))
		Replay(trigger, lfirst(cell), &from);
	EndCommand();
	PG_RETURN_VOID();
}

Datum
dynamo_delete_dead_letters(PG_FUNCTION_ARGS)
{
	int64 last = PG_ARGISNULL(1) ? PG_INT64_MAX : PG_GETARG_INT64(1);
	int64 deleted;

	BeginCommand();
	deleted = DeadLettersDelete(OpenTrigger(TextGiven(fcinfo, 0, "name"), false)->id, last);
	PopActiveSnapshot();
	PG_RETURN_INT64(deleted);
}

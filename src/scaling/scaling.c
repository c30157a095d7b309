/*
 * Target tracking as a job of maintenance.
 *
 * Consumption is observed in one transaction a table. What is then to be changed
 * is changed in a transaction of its own, which takes the table's name first, as
 * UpdateTable does, and looks whether things are still as they were.
 */
#include "scaling/scaling.h"

#include "operation/table/table_change.h"
#include "scaling/activity.h"
#include "scaling/capacity_change.h"
#include "scaling/decision.h"
#include "maintenance/maintenance.h"
#include "session/subtransaction.h"
#include "storage/relation/table_owner.h"

#include "access/xact.h"
#include "error/error.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

static int scaling_period = 60;

/* What is to be changed of a table. */
typedef struct Change
{
	ScalableResource resource;
	int64 from;
	int64 to;
} Change;

/* The changes found, in a context that outlives the transaction. */
typedef struct Findings
{
	MemoryContext context;
	List *changes;
} Findings;

/* --- observing --- */

static Bytes
CopyBytes(Bytes bytes)
{
	if (bytes.data == NULL)
		return bytes;
	return (Bytes){ pnstrdup(bytes.data, bytes.length), bytes.length };
}

static void
AddChange(Findings *findings, const Change *change)
{
	MemoryContext caller = MemoryContextSwitchTo(findings->context);
	Change *copy = palloc_object(Change);

	*copy = *change;
	copy->resource.table = CopyBytes(change->resource.table);
	copy->resource.index = CopyBytes(change->resource.index);
	findings->changes = lappend(findings->changes, copy);
	MemoryContextSwitchTo(caller);
}

/* False where the index is not to be found. */
static bool
ConsumerOf(const Table *table, Bytes index_name, Consumer *consumer)
{
	const TableIndex *index = NULL;

	if (index_name.data != NULL)
	{
		index = TableFindIndex(table, index_name);
		if (index == NULL)
			return false;
	}
	*consumer = (Consumer){ table->relation, index == NULL ? 0 : index->number };
	return true;
}

static void
ObserveTarget(const Table *table, const TableSettings *settings, const ScalableTarget *target,
              Findings *findings)
{
	Change change = { .resource = { table->definition.name, target->index, target->kind } };
	TimestampTz now = GetCurrentTimestamp();
	Consumption consumption;
	Consumer consumer;
	ScalingState state;

	if (target->policy.name.data == NULL || !ConsumerOf(table, target->index, &consumer))
		return;
	(void) ConsumptionRead(consumer, &consumption);
	state = ScalingStateRead(consumer, target->kind);
	ScalingStateObserve(&state, consumption.units[target->kind], now, scaling_period);
	ScalingStateStore(&state);

	change.from = CapacityProvisioned(settings, &change.resource);
	change.to = ScalingDecide(target, change.from, &state, now);
	if (change.to != change.from)
		AddChange(findings, &change);
}

static void
Observe(Table *table, void *state)
{
	const TableSettings *settings = TableSettingsRead(&table->definition);

	if (settings->on_demand)
		return;
	for (int i = 0; i < settings->scalable.count; i++)
		ObserveTarget(table, settings, &settings->scalable.all[i], state);
}

/* --- changing --- */

typedef struct Attempt
{
	const Table *table;
	const TableSettings *settings;
	const Change *change;
} Attempt;

static void
ChangeAsOwner(void *state)
{
	const Attempt *attempt = state;
	CallerRole caller = BecomeTableOwner(attempt->table);

	CapacityChange(attempt->settings, &attempt->change->resource, attempt->change->to);
	ReturnToCaller(&caller);
}

/* NULL, or the message of DynamoDB's exception; what else goes wrong is an error. */
static const char *
TryChange(const Table *table, const TableSettings *settings, const Change *change)
{
	Attempt attempt = { table, settings, change };
	ErrorData *error = SubtransactionTry(ChangeAsOwner, &attempt);

	if (error == NULL)
		return NULL;
	if (ExceptionFromSqlState(error->sqlerrcode) == NULL)
		ReThrowError(error);
	return error->message;
}

static const char *
CauseOf(const ScalableTarget *target, const Change *change)
{
	return psprintf("monitor alarm TargetTracking-%s-Alarm%s in state ALARM triggered policy %.*s",
	                ResourceId(&change->resource), change->to > change->from ? "High" : "Low",
	                BYTES_ARGS(target->policy.name));
}

static void
RememberChange(const Table *table, const Change *change)
{
	Consumer consumer;
	ScalingState state;

	if (!ConsumerOf(table, change->resource.index, &consumer))
		return;
	state = ScalingStateRead(consumer, change->resource.kind);
	if (change->to > change->from)
		state.scaled_out = GetCurrentTimestamp();
	else
		state.scaled_in = GetCurrentTimestamp();
	ScalingStateStore(&state);
}

static void
Apply(const Table *table, const Change *change)
{
	const TableSettings *settings = TableSettingsRead(&table->definition);
	const ScalableTarget *target =
	    ScalableTargetFind(&settings->scalable, change->resource.index, change->resource.kind);
	ScalingActivity activity = { change->resource, change->from, change->to };

	if (target == NULL || target->policy.name.data == NULL || table->status != STATUS_ACTIVE ||
	    CapacityProvisioned(settings, &change->resource) != change->from)
		return;
	activity.cause = CauseOf(target, change);
	activity.failure = TryChange(table, settings, change);
	if (activity.failure == NULL)
		RememberChange(table, change);
	ScalingActivityRecord(table, &activity);
}

static void
ApplyInTransaction(const Change *change)
{
	MemoryContext caller = CurrentMemoryContext;
	const Table *table;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpenToChange(change->resource.table, true);
	if (table != NULL)
		Apply(table, change);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

/* --- the job --- */

static bool
ScaleTable(Bytes name, void *state)
{
	Findings findings = { CurrentMemoryContext, NIL };
	ListCell *cell;

	(void) MaintenanceTransaction(name, Observe, &findings);
	foreach (cell, findings.changes)
		ApplyInTransaction(lfirst(cell));
	return false;
}

static void
Forget(void)
{
	ScalingActivitiesForget();
	ScalingStatesForget();
}

static const MaintenanceJob scaling = {
	.name = "scaling",
	.interval = &scaling_period,
	.table = ScaleTable,
	.database = Forget,
};

void
ScalingInit(void)
{
	DefineCustomIntVariable("dynamo.scaling_period",
	                        "Period in which target tracking looks at consumed capacity.",
	                        "It scales out after 2 periods above the target and in after 15 below.",
	                        &scaling_period, 60, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	MaintenanceAddJob(&scaling);
}

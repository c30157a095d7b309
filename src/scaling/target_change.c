/*
 * See target_change.h.
 */
#include "scaling/target_change.h"

#include "error/error.h"
#include "operation/arn.h"
#include "operation/table/table_change.h"
#include "scaling/activity.h"
#include "scaling/capacity_change.h"
#include "scaling/target_tags.h"
#include "session/preload.h"

#define MIN_TARGET 20.0
#define MAX_TARGET 90.0
#define MAX_POLICY_NAME 256

TargetChange
TargetChangeBegin(Bytes resource_id, Bytes dimension, bool of_api)
{
	TargetChange change = { .resource = ResourceParse(resource_id, dimension) };
	const TableIndex *index;

	change.table = TableOpenToChange(change.resource.table, of_api);
	if (change.table == NULL)
		ValidationError(TEXT_SCALING_NO_TABLE, BYTES_ARGS(resource_id));
	change.settings = TableSettingsRead(&change.table->definition);
	if (change.resource.index.data == NULL)
		return change;
	index = TableFindIndex(change.table, change.resource.index);
	if (index == NULL || index->local)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_SCALING_NO_INDEX,
		            BYTES_ARGS(change.resource.table), BYTES_ARGS(change.resource.index));
	return change;
}

static void
Store(TargetChange *change)
{
	TableSetSettings(change->table, TableSettingsWrite(change->settings));
}

static ScalableTarget *
FindTarget(const TargetChange *change)
{
	return ScalableTargetFind(&change->settings->scalable, change->resource.index,
	                          change->resource.kind);
}

/* `verb` is the service's, "registered" or "found". */
static ScalableTarget *
RequireTarget(const TargetChange *change, const char *verb)
{
	ScalableTarget *target = FindTarget(change);

	if (target == NULL)
		DynamoError(EXCEPTION_OBJECT_NOT_FOUND, TEXT_SCALING_NO_TARGET, verb,
		            ResourceId(&change->resource), ResourceDimension(&change->resource));
	return target;
}

/* --- targets --- */

static void
CheckBounds(const ScalableTarget *target)
{
	if (target->min_capacity < 1)
		ValidationError(TEXT_SCALING_MINIMUM);
	if (target->max_capacity < target->min_capacity)
		ValidationError(TEXT_SCALING_MAXIMUM);
}

/* Moves the capacity into the bounds, as a part of the caller's transaction. */
static void
KeepWithinBounds(const TargetChange *change, const ScalableTarget *target)
{
	int64 capacity = CapacityProvisioned(change->settings, &change->resource);
	bool too_low = capacity < target->min_capacity;
	int64 units = too_low ? target->min_capacity : Min(capacity, target->max_capacity);
	ScalingActivity activity = { change->resource, capacity, units };

	if (units == capacity)
		return;
	CapacityChange(change->settings, &change->resource, units);
	activity.cause =
	    psprintf("%s capacity was set to " INT64_FORMAT, too_low ? "minimum" : "maximum", units);
	ScalingActivityRecord(change->table, &activity);
}

static void
CheckCanRegister(const TargetChange *change, bool is_new, bool has_bounds)
{
	if (change->settings->on_demand)
		InvalidParameters(TEXT_SCALING_ON_DEMAND);
	if (is_new && !has_bounds)
		ValidationError(TEXT_SCALING_BOTH);
}

void
TargetRegister(TargetChange *change, TargetBounds bounds, const ResourceTags *tags)
{
	bool is_new = FindTarget(change) == NULL;
	ScalableTarget *target;

	CheckCanRegister(change, is_new, bounds.min != NULL && bounds.max != NULL);
	target = ScalableTargetAdd(&change->settings->scalable, change->resource.index,
	                           change->resource.kind);
	if (bounds.min != NULL)
		target->min_capacity = *bounds.min;
	if (bounds.max != NULL)
		target->max_capacity = *bounds.max;
	if (is_new)
		target->created = CurrentMilliseconds();
	if (tags != NULL)
		TargetTagsAdd(&target->tags, tags);
	CheckBounds(target);
	Store(change);
	KeepWithinBounds(change, target);
}

void
TargetDeregister(TargetChange *change)
{
	ScalableTargetRemove(&change->settings->scalable, RequireTarget(change, "found"));
	Store(change);
}

/* --- policies --- */

static void
CheckPolicy(const ScalingPolicy *policy, ConsumptionKind kind)
{
	if (policy->name.length < 1 || policy->name.length > MAX_POLICY_NAME)
		ValidationError(TEXT_SCALING_NAME, MAX_POLICY_NAME);
	if (!(policy->target >= MIN_TARGET && policy->target <= MAX_TARGET)) /* NaN neither */
		ValidationError(TEXT_SCALING_TARGET_VALUE, kind == CONSUMPTION_READ ? "Read" : "Write",
		                MIN_TARGET, MAX_TARGET, policy->target);
	if (policy->scale_in_cooldown < 0 || policy->scale_out_cooldown < 0)
		ValidationError(TEXT_SCALING_COOLDOWN);
}

static void
CheckWorker(void)
{
	if (!IsPreloaded())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("a scaling policy needs dynamo in shared_preload_libraries"),
		                errdetail("A background worker carries it out."),
		                errhint("Add dynamo to shared_preload_libraries and restart the server.")));
}

void
TargetPutPolicy(TargetChange *change, const ScalingPolicy *policy)
{
	ScalableTarget *target = RequireTarget(change, "registered");
	int64 created = target->policy.created;

	CheckPolicy(policy, target->kind);
	if (target->policy.name.data != NULL && !BytesEqual(target->policy.name, policy->name))
		ValidationError(TEXT_SCALING_ONE_POLICY);
	CheckWorker();
	target->policy = *policy;
	target->policy.created = created != 0 ? created : CurrentMilliseconds();
	Store(change);
}

bool
TargetHasPolicy(const TargetChange *change, Bytes name)
{
	const ScalableTarget *target = FindTarget(change);

	return target != NULL && target->policy.name.data != NULL &&
	       BytesEqual(target->policy.name, name);
}

void
TargetDeletePolicy(TargetChange *change, Bytes name)
{
	if (!TargetHasPolicy(change, name))
		DynamoError(EXCEPTION_OBJECT_NOT_FOUND, TEXT_SCALING_NO_POLICY,
		            ResourceId(&change->resource), ResourceDimension(&change->resource),
		            BYTES_ARGS(name));
	FindTarget(change)->policy = (ScalingPolicy){ 0 };
	Store(change);
}

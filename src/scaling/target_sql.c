/*
 * Scalable targets and policies as SQL functions, by the words of Application
 * Auto Scaling's API reference. Only the table's owner may change them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "operation/arn.h"
#include "operation/table/table_change.h"
#include "scaling/activity.h"
#include "scaling/capacity_change.h"
#include "session/preload.h"

#define MIN_TARGET 20.0
#define MAX_TARGET 90.0
#define MAX_POLICY_NAME 256

PG_FUNCTION_INFO_V1(dynamo_register_scalable_target);
PG_FUNCTION_INFO_V1(dynamo_deregister_scalable_target);
PG_FUNCTION_INFO_V1(dynamo_put_scaling_policy);
PG_FUNCTION_INFO_V1(dynamo_delete_scaling_policy);

/* A table whose targets are being changed. */
typedef struct Session
{
	ScalableResource resource;
	Table *table;
	TableSettings *settings;
} Session;

static Bytes
TextArgument(FunctionCallInfo fcinfo, int argument)
{
	return BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(argument)));
}

static Session
OpenSession(Bytes resource_id, Bytes dimension)
{
	Session session = { .resource = ResourceParse(resource_id, dimension) };
	const TableIndex *index;

	session.table = TableOpenToChange(session.resource.table, false);
	session.settings = TableSettingsRead(&session.table->definition);
	if (session.resource.index.data == NULL)
		return session;
	index = TableFindIndex(session.table, session.resource.index);
	if (index == NULL || index->local)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_SCALING_NO_INDEX,
		            BYTES_ARGS(session.resource.table), BYTES_ARGS(session.resource.index));
	return session;
}

static void
StoreSession(Session *session)
{
	TableSetSettings(session->table, TableSettingsWrite(session->settings));
}

static ScalableTarget *
FindTarget(const Session *session)
{
	return ScalableTargetFind(&session->settings->scalable, session->resource.index,
	                          session->resource.kind);
}

/* `verb` is the service's, "registered" or "found". */
static ScalableTarget *
RequireTarget(const Session *session, const char *verb)
{
	ScalableTarget *target = FindTarget(session);

	if (target == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_SCALING_NO_TARGET, verb,
		            ResourceId(&session->resource), ResourceDimension(&session->resource));
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
KeepWithinBounds(const Session *session, const ScalableTarget *target)
{
	int64 capacity = CapacityProvisioned(session->settings, &session->resource);
	bool too_low = capacity < target->min_capacity;
	int64 units = too_low ? target->min_capacity : Min(capacity, target->max_capacity);
	ScalingActivity activity = { session->resource, capacity, units };

	if (units == capacity)
		return;
	CapacityChange(session->settings, &session->resource, units);
	activity.cause =
	    psprintf("%s capacity was set to " INT64_FORMAT, too_low ? "minimum" : "maximum", units);
	ScalingActivityRecord(session->table, &activity);
}

static void
CheckCanRegister(const Session *session, bool is_new, bool has_bounds)
{
	if (session->settings->on_demand)
		InvalidParameters(TEXT_SCALING_ON_DEMAND);
	if (is_new && !has_bounds)
		ValidationError(TEXT_SCALING_BOTH);
}

Datum
dynamo_register_scalable_target(PG_FUNCTION_ARGS)
{
	Session session;
	ScalableTarget *target;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("resource_id and scalable_dimension must not be null")));
	session = OpenSession(TextArgument(fcinfo, 0), TextArgument(fcinfo, 1));
	CheckCanRegister(&session, FindTarget(&session) == NULL, !PG_ARGISNULL(2) && !PG_ARGISNULL(3));
	target = ScalableTargetAdd(&session.settings->scalable, session.resource.index,
	                           session.resource.kind);
	if (!PG_ARGISNULL(2))
		target->min_capacity = PG_GETARG_INT64(2);
	if (!PG_ARGISNULL(3))
		target->max_capacity = PG_GETARG_INT64(3);
	CheckBounds(target);
	StoreSession(&session);
	KeepWithinBounds(&session, target);
	PG_RETURN_VOID();
}

Datum
dynamo_deregister_scalable_target(PG_FUNCTION_ARGS)
{
	Session session = OpenSession(TextArgument(fcinfo, 0), TextArgument(fcinfo, 1));

	ScalableTargetRemove(&session.settings->scalable, RequireTarget(&session, "found"));
	StoreSession(&session);
	PG_RETURN_VOID();
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

Datum
dynamo_put_scaling_policy(PG_FUNCTION_ARGS)
{
	Session session = OpenSession(TextArgument(fcinfo, 1), TextArgument(fcinfo, 2));
	ScalableTarget *target = RequireTarget(&session, "registered");
	ScalingPolicy policy = { .name = TextArgument(fcinfo, 0),
		                     .target = PG_GETARG_FLOAT8(3),
		                     .scale_in_cooldown = PG_GETARG_INT32(4),
		                     .scale_out_cooldown = PG_GETARG_INT32(5),
		                     .disable_scale_in = PG_GETARG_BOOL(6) };

	CheckPolicy(&policy, target->kind);
	if (target->policy.name.data != NULL && !BytesEqual(target->policy.name, policy.name))
		ValidationError(TEXT_SCALING_ONE_POLICY);
	CheckWorker();
	target->policy = policy;
	StoreSession(&session);
	PG_RETURN_VOID();
}

Datum
dynamo_delete_scaling_policy(PG_FUNCTION_ARGS)
{
	Session session = OpenSession(TextArgument(fcinfo, 1), TextArgument(fcinfo, 2));
	ScalableTarget *target = FindTarget(&session);
	Bytes name = TextArgument(fcinfo, 0);

	if (target == NULL || target->policy.name.data == NULL ||
	    !BytesEqual(target->policy.name, name))
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_SCALING_NO_POLICY,
		            ResourceId(&session.resource), ResourceDimension(&session.resource),
		            BYTES_ARGS(name));
	target->policy = (ScalingPolicy){ 0 };
	StoreSession(&session);
	PG_RETURN_VOID();
}

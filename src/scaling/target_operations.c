/*
 * RegisterScalableTarget, DeregisterScalableTarget, PutScalingPolicy and DeleteScalingPolicy of
 * Application Auto Scaling.
 */
#include "operation/scaling_operations.h"

#include "error/error.h"
#include "json/json_member.h"
#include "operation/access/resource_access.h"
#include "scaling/target_change.h"
#include "scaling/target_name.h"
#include "scaling/target_tags.h"

static const char *const metric_types[] = {
	[CONSUMPTION_READ] = "DynamoDBReadCapacityUtilization",
	[CONSUMPTION_WRITE] = "DynamoDBWriteCapacityUtilization",
};

static TargetChange
Begin(const OperationContext *context, const Structure *request)
{
	AccessService(context, "*");
	if (!BytesEqual(StructureString(request, member_ServiceNamespace), BYTES_LITERAL("dynamodb")))
		ValidationError(TEXT_SCALING_SERVICE);
	return TargetChangeBegin(StructureString(request, member_ResourceId),
	                         StructureString(request, member_ScalableDimension), true);
}

static void
WriteNothing(JsonWriter *response)
{
	JsonBeginObject(response);
	JsonEndObject(response);
}

/* --- targets --- */

static void
CheckNotSuspended(const Structure *state)
{
	if (StructureBoolean(state, member_DynamicScalingInSuspended, false) ||
	    StructureBoolean(state, member_DynamicScalingOutSuspended, false) ||
	    StructureBoolean(state, member_ScheduledScalingSuspended, false))
		ValidationError(TEXT_SCALING_SUSPENDED);
}

void
RunScalingRegisterScalableTarget(const OperationContext *context, const Structure *request,
                                 JsonWriter *response)
{
	int64 min = StructureInteger(request, member_MinCapacity, 0);
	int64 max = StructureInteger(request, member_MaxCapacity, 0);
	TargetBounds bounds = { StructureHas(request, MEMBER_MinCapacity) ? &min : NULL,
		                    StructureHas(request, MEMBER_MaxCapacity) ? &max : NULL };
	TargetChange change = Begin(context, request);

	CheckNotSuspended(StructureStructure(request, member_SuspendedState));
	TargetRegister(&change, bounds, RequestTargetTags(request));
	JsonBeginObject(response);
	JsonCStringMember(response, "ScalableTargetARN", TargetArn(&change.resource));
	JsonEndObject(response);
}

void
RunScalingDeregisterScalableTarget(const OperationContext *context, const Structure *request,
                                   JsonWriter *response)
{
	TargetChange change = Begin(context, request);

	TargetDeregister(&change);
	WriteNothing(response);
}

/* --- policies --- */

/* Of a policy that is there already the type may be left out, and is StepScaling else. */
static void
CheckType(const TargetChange *change, const Structure *request)
{
	Bytes type = StructureString(request, member_PolicyType);

	if (type.data == NULL && TargetHasPolicy(change, StructureString(request, member_PolicyName)))
		return;
	if (type.data == NULL)
		type = BYTES_LITERAL("StepScaling");
	if (!BytesEqual(type, BYTES_LITERAL("TargetTrackingScaling")))
		ValidationError(TEXT_SCALING_TYPE, BYTES_ARGS(type));
}

static void
CheckMetric(const TargetChange *change, const Structure *configuration)
{
	const Structure *metric =
	    StructureStructure(configuration, member_PredefinedMetricSpecification);
	const char *wanted = metric_types[change->resource.kind];

	if (metric == NULL || StructureHas(configuration, MEMBER_CustomizedMetricSpecification))
		ValidationError(TEXT_SCALING_METRIC_NONE);
	if (!BytesEqual(StructureString(metric, member_PredefinedMetricType), BytesFromCString(wanted)))
		ValidationError(TEXT_SCALING_METRIC, wanted, ResourceDimension(&change->resource));
}

static ScalingPolicy
ReadPolicy(const TargetChange *change, const Structure *request)
{
	const Structure *configuration =
	    StructureStructure(request, member_TargetTrackingScalingPolicyConfiguration);

	CheckType(change, request);
	if (configuration == NULL)
		ValidationError(TEXT_SCALING_NO_CONFIGURATION);
	CheckMetric(change, configuration);
	return (ScalingPolicy){
		.name = StructureString(request, member_PolicyName),
		.target = StructureDouble(configuration, member_TargetValue, 0),
		.scale_in_cooldown = StructureInteger(configuration, member_ScaleInCooldown, 0),
		.scale_out_cooldown = StructureInteger(configuration, member_ScaleOutCooldown, 0),
		.disable_scale_in = StructureBoolean(configuration, member_DisableScaleIn, false),
	};
}

void
RunScalingPutScalingPolicy(const OperationContext *context, const Structure *request,
                           JsonWriter *response)
{
	TargetChange change = Begin(context, request);
	ScalingPolicy policy = ReadPolicy(&change, request);

	TargetPutPolicy(&change, &policy);
	JsonBeginObject(response);
	JsonCStringMember(response, "PolicyARN", PolicyArn(&change.resource, policy.name));
	JsonName(response, "Alarms");
	JsonBeginArray(response);
	JsonEndArray(response);
	JsonEndObject(response);
}

void
RunScalingDeleteScalingPolicy(const OperationContext *context, const Structure *request,
                              JsonWriter *response)
{
	TargetChange change = Begin(context, request);

	TargetDeletePolicy(&change, StructureString(request, member_PolicyName));
	WriteNothing(response);
}

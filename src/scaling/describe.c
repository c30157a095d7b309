/*
 * DescribeScalableTargets and DescribeScalingPolicies of Application Auto Scaling: in the order of
 * tables, and of their targets. A token is the place of the last one that was told.
 */
#include "operation/scaling_operations.h"

#include "error/error.h"
#include "json/json_member.h"
#include "operation/access/resource_access.h"
#include "operation/throughput/table_settings.h"
#include "scaling/target_name.h"

#include "miscadmin.h"

#define MAX_PAGE 50

typedef void (*TargetWriter)(JsonWriter *response, const ScalableResource *resource,
                             const ScalableTarget *target);

typedef struct Listing
{
	const Structure *request;
	bool policies; /* else targets */
	TargetWriter write;
	JsonWriter *response;
	Bytes after; /* what NextToken says */
	int limit;
	int shown;
	char *last;
	bool more;
} Listing;

/* --- what is asked for --- */

/* True where the request has no such list. */
static bool
IsListed(const JsonNode *list, Bytes text)
{
	for (int i = 0; list != NULL && i < list->count; i++)
	{
		if (BytesEqual(JsonNodeString(&list->elements[i]), text))
			return true;
	}
	return list == NULL || list->count == 0;
}

static bool
IsAsked(const Listing *listing, const ScalableResource *resource, const ScalableTarget *target)
{
	Bytes dimension = StructureString(listing->request, member_ScalableDimension);
	Bytes one = StructureString(listing->request, member_ResourceId);
	Bytes id = BytesFromCString(ResourceId(resource));

	CHECK_FOR_INTERRUPTS(); /* a request's list is as long as its body lets it be */
	if (dimension.data != NULL &&
	    !BytesEqual(dimension, BytesFromCString(ResourceDimension(resource))))
		return false;
	if (one.data != NULL && !BytesEqual(one, id))
		return false;
	if (!listing->policies)
		return IsListed(StructureList(listing->request, member_ResourceIds), id);
	return target->policy.name.data != NULL &&
	       IsListed(StructureList(listing->request, member_PolicyNames), target->policy.name);
}

/* --- pages --- */

/* A comma is less than what names may have, so that places are in the order of the visit. */
static char *
PlaceOf(const ScalableResource *resource)
{
	return psprintf("%.*s,%.*s,%s", BYTES_ARGS(resource->table),
	                resource->index.data != NULL ? resource->index.length : 0,
	                resource->index.data != NULL ? resource->index.data : "",
	                ResourceDimension(resource));
}

static int
CompareTargets(const void *left, const void *right)
{
	const ScalableTarget *a = left;
	const ScalableTarget *b = right;
	int order = BytesCompare(a->index, b->index);

	return order != 0 ? order : (int) a->kind - (int) b->kind;
}

static void
Show(Listing *listing, const ScalableResource *resource, const ScalableTarget *target)
{
	char *place = PlaceOf(resource);

	if (!IsAsked(listing, resource, target) ||
	    (listing->after.data != NULL && BytesCompare(BytesFromCString(place), listing->after) <= 0))
		return;
	if (listing->shown == listing->limit)
	{
		listing->more = true;
		return;
	}
	listing->shown++;
	listing->last = place;
	JsonBeginObject(listing->response);
	JsonCStringMember(listing->response, "ServiceNamespace", "dynamodb");
	JsonCStringMember(listing->response, "ResourceId", ResourceId(resource));
	JsonCStringMember(listing->response, "ScalableDimension", ResourceDimension(resource));
	listing->write(listing->response, resource, target);
	JsonEndObject(listing->response);
}

static void
ListTable(Bytes name, Jsonb *settings, void *argument)
{
	Listing *listing = argument;
	ScalableTargets targets;

	if (listing->more || settings == NULL)
		return;
	targets = TableSettingsFromJsonb(settings)->scalable;
	qsort(targets.all, targets.count, sizeof(ScalableTarget), CompareTargets);
	for (int i = 0; i < targets.count && !listing->more; i++)
	{
		ScalableResource resource = { name, targets.all[i].index, targets.all[i].kind };

		Show(listing, &resource, &targets.all[i]);
	}
}

static void
ListTargets(const OperationContext *context, Listing *listing, const char *member)
{
	const Structure *request = listing->request;
	JsonWriter *response = listing->response;
	int64 limit = StructureInteger(request, member_MaxResults, MAX_PAGE);

	AccessService(context, "*");
	listing->after = StructureString(request, member_NextToken);
	listing->limit = limit < 1 ? MAX_PAGE : Min(limit, MAX_PAGE);
	if (listing->after.data != NULL && BytesFind(listing->after, ',') == NULL)
		DynamoError(EXCEPTION_INVALID_NEXT_TOKEN, TEXT_TOKEN_INVALID);
	JsonBeginObject(response);
	JsonName(response, member);
	JsonBeginArray(response);
	if (BytesEqual(StructureString(request, member_ServiceNamespace), BYTES_LITERAL("dynamodb")))
		TablesVisitSettings(ListTable, listing);
	JsonEndArray(response);
	if (listing->more)
		JsonCStringMember(response, "NextToken", listing->last);
	JsonEndObject(response);
}

/* --- targets --- */

static void
WriteTarget(JsonWriter *response, const ScalableResource *resource, const ScalableTarget *target)
{
	JsonIntegerMember(response, "MinCapacity", target->min_capacity);
	JsonIntegerMember(response, "MaxCapacity", target->max_capacity);
	JsonCStringMember(response, "RoleARN", TargetRoleArn());
	JsonTimeMember(response, "CreationTime", target->created);
	JsonName(response, "SuspendedState");
	JsonBeginObject(response);
	JsonBooleanMember(response, "DynamicScalingInSuspended", false);
	JsonBooleanMember(response, "DynamicScalingOutSuspended", false);
	JsonBooleanMember(response, "ScheduledScalingSuspended", false);
	JsonEndObject(response);
	JsonCStringMember(response, "ScalableTargetARN", TargetArn(resource));
}

void
RunScalingDescribeScalableTargets(const OperationContext *context, const Structure *request,
                                  JsonWriter *response)
{
	Listing listing = { .request = request, .write = WriteTarget, .response = response };

	ListTargets(context, &listing, "ScalableTargets");
}

/* --- policies --- */

static void
WriteConfiguration(JsonWriter *response, const ScalableResource *resource,
                   const ScalingPolicy *policy)
{
	JsonName(response, "TargetTrackingScalingPolicyConfiguration");
	JsonBeginObject(response);
	JsonName(response, "TargetValue");
	JsonDouble(response, policy->target);
	JsonName(response, "PredefinedMetricSpecification");
	JsonBeginObject(response);
	JsonCStringMember(response, "PredefinedMetricType",
	                  resource->kind == CONSUMPTION_READ ? "DynamoDBReadCapacityUtilization"
	                                                     : "DynamoDBWriteCapacityUtilization");
	JsonEndObject(response);
	JsonIntegerMember(response, "ScaleOutCooldown", policy->scale_out_cooldown);
	JsonIntegerMember(response, "ScaleInCooldown", policy->scale_in_cooldown);
	JsonBooleanMember(response, "DisableScaleIn", policy->disable_scale_in);
	JsonEndObject(response);
}

static void
WritePolicy(JsonWriter *response, const ScalableResource *resource, const ScalableTarget *target)
{
	const ScalingPolicy *policy = &target->policy;

	JsonCStringMember(response, "PolicyARN", PolicyArn(resource, policy->name));
	JsonStringMember(response, "PolicyName", policy->name);
	JsonCStringMember(response, "PolicyType", "TargetTrackingScaling");
	WriteConfiguration(response, resource, policy);
	JsonName(response, "Alarms");
	JsonBeginArray(response);
	JsonEndArray(response);
	JsonTimeMember(response, "CreationTime", policy->created);
}

void
RunScalingDescribeScalingPolicies(const OperationContext *context, const Structure *request,
                                  JsonWriter *response)
{
	Listing listing = {
		.request = request, .policies = true, .write = WritePolicy, .response = response
	};

	ListTargets(context, &listing, "ScalingPolicies");
}

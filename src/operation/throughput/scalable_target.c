/*
 * Scalable targets as settings.
 */
#include "operation/throughput/scalable_target.h"

#include "json/kept_json.h"

#define MAX_CAPACITY (INT64CONST(1) << 53)
#define MAX_TIME (INT64CONST(1) << 53) /* milliseconds are less */

static const char *const kind_names[] = { "Read", "Write" };

static ConsumptionKind
KindFromName(Bytes name)
{
	return BytesEqual(name, BytesFromCString(kind_names[CONSUMPTION_WRITE])) ? CONSUMPTION_WRITE
	                                                                         : CONSUMPTION_READ;
}

static ScalingPolicy
ReadPolicy(const JsonNode *node)
{
	ScalingPolicy policy = { 0 };

	if (node == NULL)
		return policy;
	policy.name = KeptNeedString(node, "Name");
	policy.target = KeptNeedNumber(node, "Target");
	if (policy.target <= 0)
		KeptFault("Target", "is out of range");
	policy.scale_in_cooldown = KeptGetInteger(node, "ScaleInCooldown", 0, PG_INT32_MAX);
	policy.scale_out_cooldown = KeptGetInteger(node, "ScaleOutCooldown", 0, PG_INT32_MAX);
	policy.disable_scale_in = KeptGetBoolean(node, "DisableScaleIn");
	policy.created = KeptGetInteger(node, "Created", 0, MAX_TIME);
	return policy;
}

static ScalableTarget
ReadTarget(const JsonNode *node)
{
	KeptCheck(node, JSON_NODE_OBJECT, "Scaling");
	return (ScalableTarget){ .index = KeptGetString(node, "Index"),
		                     .kind = KindFromName(KeptNeedString(node, "Dimension")),
		                     .min_capacity = KeptGetInteger(node, "Min", 1, MAX_CAPACITY),
		                     .max_capacity = KeptGetInteger(node, "Max", 1, MAX_CAPACITY),
		                     .policy = ReadPolicy(KeptGet(node, "Policy", JSON_NODE_OBJECT)),
		                     .created = KeptGetInteger(node, "Created", 0, MAX_TIME),
		                     .tags = ResourceTagsRead(KeptGet(node, "Tags", JSON_NODE_ARRAY)) };
}

static void
WriteCreated(JsonWriter *writer, int64 created)
{
	if (created == 0)
		return;
	JsonName(writer, "Created");
	JsonInteger(writer, created);
}

static void
WritePolicy(JsonWriter *writer, const ScalingPolicy *policy)
{
	JsonBeginObject(writer);
	JsonName(writer, "Name");
	JsonString(writer, policy->name);
	JsonName(writer, "Target");
	JsonDouble(writer, policy->target);
	JsonName(writer, "ScaleInCooldown");
	JsonInteger(writer, policy->scale_in_cooldown);
	JsonName(writer, "ScaleOutCooldown");
	JsonInteger(writer, policy->scale_out_cooldown);
	JsonName(writer, "DisableScaleIn");
	JsonBoolean(writer, policy->disable_scale_in);
	WriteCreated(writer, policy->created);
	JsonEndObject(writer);
}

ScalableTargets
ScalableTargetsRead(const JsonNode *node)
{
	ScalableTargets targets = { 0 };

	if (node == NULL)
		return targets;
	targets.count = node->count;
	targets.all = palloc(sizeof(ScalableTarget) * Max(node->count, 1));
	for (int i = 0; i < node->count; i++)
		targets.all[i] = ReadTarget(&node->elements[i]);
	return targets;
}

static void
WriteTarget(JsonWriter *writer, const ScalableTarget *target)
{
	JsonBeginObject(writer);
	if (target->index.data != NULL)
	{
		JsonName(writer, "Index");
		JsonString(writer, target->index);
	}
	JsonName(writer, "Dimension");
	JsonCString(writer, kind_names[target->kind]);
	JsonName(writer, "Min");
	JsonInteger(writer, target->min_capacity);
	JsonName(writer, "Max");
	JsonInteger(writer, target->max_capacity);
	if (target->policy.name.data != NULL)
	{
		JsonName(writer, "Policy");
		WritePolicy(writer, &target->policy);
	}
	WriteCreated(writer, target->created);
	if (target->tags.count > 0)
	{
		JsonName(writer, "Tags");
		ResourceTagsWrite(writer, &target->tags);
	}
	JsonEndObject(writer);
}

void
ScalableTargetsWrite(JsonWriter *writer, const ScalableTargets *targets)
{
	JsonBeginArray(writer);
	for (int i = 0; i < targets->count; i++)
		WriteTarget(writer, &targets->all[i]);
	JsonEndArray(writer);
}

static bool
SameIndex(Bytes a, Bytes b)
{
	return a.data == NULL || b.data == NULL ? a.data == b.data : BytesEqual(a, b);
}

ScalableTarget *
ScalableTargetFind(const ScalableTargets *targets, Bytes index, ConsumptionKind kind)
{
	for (int i = 0; i < targets->count; i++)
	{
		ScalableTarget *target = &targets->all[i];

		if (target->kind == kind && SameIndex(target->index, index))
			return target;
	}
	return NULL;
}

ScalableTarget *
ScalableTargetAdd(ScalableTargets *targets, Bytes index, ConsumptionKind kind)
{
	ScalableTarget *found = ScalableTargetFind(targets, index, kind);
	ScalableTarget *all;

	if (found != NULL)
		return found;
	all = palloc(sizeof(ScalableTarget) * (targets->count + 1));
	if (targets->count > 0)
		memcpy(all, targets->all, sizeof(ScalableTarget) * targets->count);
	all[targets->count] = (ScalableTarget){ .index = index, .kind = kind };
	targets->all = all;
	return &all[targets->count++];
}

void
ScalableTargetRemove(ScalableTargets *targets, const ScalableTarget *target)
{
	int position = target - targets->all;

	targets->count--;
	memmove(&targets->all[position], &targets->all[position + 1],
	        sizeof(ScalableTarget) * (targets->count - position));
}

void
ScalableTargetsRemoveIndex(ScalableTargets *targets, Bytes index)
{
	for (int kind = 0; kind < CONSUMPTION_KINDS; kind++)
	{
		const ScalableTarget *target = ScalableTargetFind(targets, index, kind);

		if (target != NULL)
			ScalableTargetRemove(targets, target);
	}
}

bool
ScalableTargetsTrack(const ScalableTargets *targets)
{
	for (int i = 0; i < targets->count; i++)
	{
		if (targets->all[i].policy.name.data != NULL)
			return true;
	}
	return false;
}

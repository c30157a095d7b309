/*
 * What of a table's throughput is scaled, and how: kept in the table's settings,
 * so that it goes with the table, and with the index. The part `scaling` fills it
 * in and acts by it.
 */
#ifndef DYNAMO_SCALABLE_TARGET_H
#define DYNAMO_SCALABLE_TARGET_H

#include "json/json.h"
#include "operation/throughput/consumption.h"
#include "operation/throughput/resource_tags.h"

/* A target tracking policy; where there is none, `name` has no data. */
typedef struct ScalingPolicy
{
	Bytes name;
	double target;         /* percent of what is provisioned */
	int scale_in_cooldown; /* seconds */
	int scale_out_cooldown;
	bool disable_scale_in;
	int64 created; /* milliseconds since 1970; 0: by an older version */
} ScalingPolicy;

/* Reads or writes of a global index, or of the table where `index` has no data. */
typedef struct ScalableTarget
{
	Bytes index;
	ConsumptionKind kind;
	int64 min_capacity;
	int64 max_capacity;
	ScalingPolicy policy;
	int64 created; /* as a policy's */
	ResourceTags tags;
} ScalableTarget;

typedef struct ScalableTargets
{
	int count;
	ScalableTarget *all;
} ScalableTargets;

/* From and to an array of JSON; `node` may be NULL. Palloc'd. */
extern ScalableTargets ScalableTargetsRead(const JsonNode *node);
extern void ScalableTargetsWrite(JsonWriter *writer, const ScalableTargets *targets);

/* The target, or NULL. */
extern ScalableTarget *ScalableTargetFind(const ScalableTargets *targets, Bytes index,
                                          ConsumptionKind kind);

/* The same, added with zeros where there is none. */
extern ScalableTarget *ScalableTargetAdd(ScalableTargets *targets, Bytes index,
                                         ConsumptionKind kind);

extern void ScalableTargetRemove(ScalableTargets *targets, const ScalableTarget *target);
extern void ScalableTargetsRemoveIndex(ScalableTargets *targets, Bytes index);

/* Whether any has a policy, which wants to know what is consumed. */
extern bool ScalableTargetsTrack(const ScalableTargets *targets);

#endif

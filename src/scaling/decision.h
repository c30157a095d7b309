/*
 * Target tracking: what capacity a target should have (developer guide,
 * "Managing throughput capacity automatically"; Application Auto Scaling user
 * guide, "Target tracking scaling policies").
 */
#ifndef DYNAMO_SCALING_DECISION_H
#define DYNAMO_SCALING_DECISION_H

#include "operation/throughput/scalable_target.h"
#include "scaling/state.h"

/*
 * The units to provision in place of `capacity`, or `capacity` itself. They grow
 * where the last SCALE_OUT_PERIODS were all above the target's share of them, and
 * shrink where the last SCALE_IN_PERIODS were all more than 20 percent points below
 * it, or quite idle; then to what the busiest of those periods needs to be at the
 * target, within the bounds.
 */
extern int64 ScalingDecide(const ScalableTarget *target, int64 capacity, const ScalingState *state,
                           TimestampTz now);

#endif

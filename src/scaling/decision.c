/*
 * Target tracking.
 */
#include "scaling/decision.h"

#include "utils/timestamp.h"

#include <math.h>

/* Percent points between the target and where capacity is given back. */
#define SCALE_IN_MARGIN 20

static double
Busiest(const ScalingState *state, int periods)
{
	double busiest = 0;

	for (int i = 0; i < periods; i++)
		busiest = Max(busiest, state->rates[i]);
	return busiest;
}

static bool
AllAbove(const ScalingState *state, double rate)
{
	if (state->count < SCALE_OUT_PERIODS)
		return false;
	for (int i = 0; i < SCALE_OUT_PERIODS; i++)
	{
		if (state->rates[i] <= rate)
			return false;
	}
	return true;
}

/* Nothing at all is below every rate. */
static bool
AllBelow(const ScalingState *state, double rate)
{
	if (state->count < SCALE_IN_PERIODS)
		return false;
	for (int i = 0; i < SCALE_IN_PERIODS; i++)
	{
		if (state->rates[i] > 0 && state->rates[i] >= rate)
			return false;
	}
	return true;
}

static bool
IsOver(int cooldown_seconds, TimestampTz since, TimestampTz now)
{
	return since == 0 || now - since >= cooldown_seconds * USECS_PER_SEC;
}

static int64
Needed(const ScalableTarget *target, double rate)
{
	double units = ceil(rate * 100 / target->policy.target);

	if (units >= target->max_capacity)
		return target->max_capacity;
	return Max((int64) units, target->min_capacity);
}

int64
ScalingDecide(const ScalableTarget *target, int64 capacity, const ScalingState *state,
              TimestampTz now)
{
	const ScalingPolicy *policy = &target->policy;
	double percent = capacity / 100.0;

	if (AllAbove(state, policy->target * percent) &&
	    IsOver(policy->scale_out_cooldown, state->scaled_out, now))
		return Max(capacity, Needed(target, Busiest(state, SCALE_OUT_PERIODS)));
	if (!policy->disable_scale_in &&
	    AllBelow(state, (policy->target - SCALE_IN_MARGIN) * percent) &&
	    IsOver(policy->scale_in_cooldown, state->scaled_in, now))
		return Min(capacity, Needed(target, Busiest(state, SCALE_IN_PERIODS)));
	return capacity;
}

/*
 * What a scalable target has consumed in the periods before: dynamo.scaling_state,
 * which is unlogged. After a crash, and after every start of the server, the
 * periods are counted anew.
 */
#ifndef DYNAMO_SCALING_STATE_H
#define DYNAMO_SCALING_STATE_H

#include "operation/throughput/consumption.h"

#include "datatype/timestamp.h"

/*
 * How many periods in a row must be above, and below, to scale (developer
 * guide, "Auto scaling").
 */
#define SCALE_OUT_PERIODS 2
#define SCALE_IN_PERIODS 15

typedef struct ScalingState
{
	Consumer consumer;
	ConsumptionKind kind;
	TimestampTz sampled;            /* when the last period ended; 0: never */
	double units;                   /* that the counter showed then */
	int count;                      /* periods that are known */
	double rates[SCALE_IN_PERIODS]; /* units a second in each of them, the last first */
	TimestampTz scaled_out;         /* when that happened last; 0: never */
	TimestampTz scaled_in;
} ScalingState;

/* The state as it was stored; of a new target, with nothing known. */
extern ScalingState ScalingStateRead(Consumer consumer, ConsumptionKind kind);
extern void ScalingStateStore(const ScalingState *state);

/*
 * Ends a period at whose end the counter is `units`. One that took as long as
 * several stands for as many. Where it took longer than any decision looks back, or
 * the server has been started since the last, what was known is forgotten.
 */
extern void ScalingStateObserve(ScalingState *state, double units, TimestampTz now,
                                int period_seconds);

/* Deletes the states of targets that are observed no more. */
extern void ScalingStatesForget(void);

#endif

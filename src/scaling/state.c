/*
 * What scalable targets have consumed.
 */
#include "scaling/state.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "storage/query/own_query.h"

#include <math.h>

enum
{
	STATE_COLUMN_SAMPLED = 1,
	STATE_COLUMN_UNITS,
	STATE_COLUMN_RATES,
	STATE_COLUMN_SCALED_OUT,
	STATE_COLUMN_SCALED_IN,
	STATE_COLUMNS = STATE_COLUMN_SCALED_IN
};

#define NULLABLE \
	(OWN_QUERY_COLUMN(STATE_COLUMN_SCALED_OUT) | OWN_QUERY_COLUMN(STATE_COLUMN_SCALED_IN))

static void
AddKey(OwnQuery *query, Consumer consumer, ConsumptionKind kind)
{
	OwnQueryAdd(query, OIDOID, ObjectIdGetDatum(consumer.relation));
	OwnQueryAdd(query, INT4OID, Int32GetDatum(consumer.index));
	OwnQueryAdd(query, INT4OID, Int32GetDatum(kind));
}

static void
ReadRates(Datum datum, ScalingState *state)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	Datum *rates;
	bool *nulls;
	int count;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &rates,
	                  &nulls, &count);
	state->count = Min(count, SCALE_IN_PERIODS);
	for (int i = 0; i < state->count; i++)
		state->rates[i] = nulls[i] ? 0 : DatumGetFloat8(rates[i]);
}

static TimestampTz
TimeOrNever(Datum value, bool null)
{
	return null ? 0 : DatumGetTimestampTz(value);
}

static void
ReadState(HeapTuple row, TupleDesc descriptor, void *argument)
{
	ScalingState *state = argument;
	Datum values[STATE_COLUMNS];
	bool nulls[STATE_COLUMNS];

	heap_deform_tuple(row, descriptor, values, nulls);
	state->sampled = DatumGetTimestampTz(values[STATE_COLUMN_SAMPLED - 1]);
	state->units = DatumGetFloat8(values[STATE_COLUMN_UNITS - 1]);
	ReadRates(values[STATE_COLUMN_RATES - 1], state);
	state->scaled_out =
	    TimeOrNever(values[STATE_COLUMN_SCALED_OUT - 1], nulls[STATE_COLUMN_SCALED_OUT - 1]);
	state->scaled_in =
	    TimeOrNever(values[STATE_COLUMN_SCALED_IN - 1], nulls[STATE_COLUMN_SCALED_IN - 1]);
}

ScalingState
ScalingStateRead(Consumer consumer, ConsumptionKind kind)
{
	ScalingState state = { .consumer = consumer, .kind = kind };
	OwnQuery query = { .nullable = NULLABLE };

	AddKey(&query, consumer, kind);
	(void) OwnQueryRun(
	    "SELECT sampled, units, rates, scaled_out, scaled_in"
	    " FROM dynamo.scaling_state WHERE relation = $1 AND index = $2 AND kind = $3",
	    &query, ReadState, &state);
	return state;
}

static Datum
RatesToArray(const ScalingState *state)
{
	Datum rates[SCALE_IN_PERIODS];

	for (int i = 0; i < state->count; i++)
		rates[i] = Float8GetDatum(state->rates[i]);
	return PointerGetDatum(construct_array(rates, state->count, FLOAT8OID, sizeof(float8),
	                                       FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static void
AddTime(OwnQuery *query, TimestampTz time)
{
	if (time == 0)
		OwnQueryAddNull(query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(query, TIMESTAMPTZOID, TimestampTzGetDatum(time));
}

void
ScalingStateStore(const ScalingState *state)
{
	OwnQuery query = { 0 };

	AddKey(&query, state->consumer, state->kind);
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(state->sampled));
	OwnQueryAdd(&query, FLOAT8OID, Float8GetDatum(state->units));
	OwnQueryAdd(&query, FLOAT8ARRAYOID, RatesToArray(state));
	AddTime(&query, state->scaled_out);
	AddTime(&query, state->scaled_in);
	(void) OwnQueryRun("INSERT INTO dynamo.scaling_state AS state"
	                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	                   " ON CONFLICT (relation, index, kind) DO UPDATE SET sampled = $4,"
	                   " units = $5, rates = $6, scaled_out = $7, scaled_in = $8",
	                   &query, NULL, NULL);
}

/* So many periods of the same rate. */
static void
AddRates(ScalingState *state, double rate, int periods)
{
	for (int i = 0; i < periods; i++)
	{
		memmove(&state->rates[1], &state->rates[0], sizeof(double) * (SCALE_IN_PERIODS - 1));
		state->rates[0] = rate;
		state->count = Min(state->count + 1, SCALE_IN_PERIODS);
	}
}

void
ScalingStateObserve(ScalingState *state, double units, TimestampTz now, int period_seconds)
{
	double seconds = (now - state->sampled) / (double) USECS_PER_SEC;
	double periods = rint(seconds / period_seconds);

	if (state->sampled < PgStartTime || periods > SCALE_IN_PERIODS)
		state->count = 0;
	else if (periods < 1)
		return; /* goes on */
	else
	{
		/* A counter that is lower than it was has begun again. */
		double consumed = units >= state->units ? units - state->units : units;

		AddRates(state, consumed / seconds, (int) periods);
	}
	state->sampled = now;
	state->units = units;
}

void
ScalingStatesForget(void)
{
	OwnQuery query = { 0 };

	(void) OwnQueryRun("DELETE FROM dynamo.scaling_state WHERE sampled < now() - interval '1 day'",
	                   &query, NULL, NULL);
}

/*
 * Scalable targets and policies as SQL functions of named arguments.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "scaling/target_change.h"

PG_FUNCTION_INFO_V1(dynamo_register_scalable_target);
PG_FUNCTION_INFO_V1(dynamo_deregister_scalable_target);
PG_FUNCTION_INFO_V1(dynamo_put_scaling_policy);
PG_FUNCTION_INFO_V1(dynamo_delete_scaling_policy);

static Bytes
TextArgument(FunctionCallInfo fcinfo, int argument)
{
	return BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(argument)));
}

/* Of the resource and the dimension, which are the argument and the next one. */
static TargetChange
Begin(FunctionCallInfo fcinfo, int argument)
{
	return TargetChangeBegin(TextArgument(fcinfo, argument), TextArgument(fcinfo, argument + 1),
	                         false);
}

Datum
dynamo_register_scalable_target(PG_FUNCTION_ARGS)
{
	TargetChange change;
	TargetBounds bounds = { NULL };
	int64 min;
	int64 max;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("resource_id and scalable_dimension must not be null")));
	if (!PG_ARGISNULL(2))
	{
		min = PG_GETARG_INT64(2);
		bounds.min = &min;
	}
	if (!PG_ARGISNULL(3))
	{
		max = PG_GETARG_INT64(3);
		bounds.max = &max;
	}
	change = Begin(fcinfo, 0);
	TargetRegister(&change, bounds, NULL);
	PG_RETURN_VOID();
}

Datum
dynamo_deregister_scalable_target(PG_FUNCTION_ARGS)
{
	TargetChange change = Begin(fcinfo, 0);

	TargetDeregister(&change);
	PG_RETURN_VOID();
}

Datum
dynamo_put_scaling_policy(PG_FUNCTION_ARGS)
{
	TargetChange change = Begin(fcinfo, 1);
	ScalingPolicy policy = { .name = TextArgument(fcinfo, 0),
		                     .target = PG_GETARG_FLOAT8(3),
		                     .scale_in_cooldown = PG_GETARG_INT32(4),
		                     .scale_out_cooldown = PG_GETARG_INT32(5),
		                     .disable_scale_in = PG_GETARG_BOOL(6) };

	TargetPutPolicy(&change, &policy);
	PG_RETURN_VOID();
}

Datum
dynamo_delete_scaling_policy(PG_FUNCTION_ARGS)
{
	TargetChange change = Begin(fcinfo, 1);

	TargetDeletePolicy(&change, TextArgument(fcinfo, 0));
	PG_RETURN_VOID();
}

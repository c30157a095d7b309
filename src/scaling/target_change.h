/*
 * Changing scalable targets and their policies, for SQL functions and for the operations of
 * Application Auto Scaling, whose texts these raise. Only the table's owner may.
 */
#ifndef DYNAMO_TARGET_CHANGE_H
#define DYNAMO_TARGET_CHANGE_H

#include "operation/throughput/table_settings.h"
#include "scaling/resource.h"

/* A target of a table that others do not change until the transaction ends. */
typedef struct TargetChange
{
	ScalableResource resource;
	Table *table;
	TableSettings *settings;
} TargetChange;

/*
 * Raises ValidationException for what cannot be scaled, and where there is no such table if
 * `of_api` is set, else ResourceNotFoundException; the latter where there is no such index.
 */
extern TargetChange TargetChangeBegin(Bytes resource_id, Bytes dimension, bool of_api);

/* The bounds that a request gives; NULL: none. */
typedef struct TargetBounds
{
	const int64 *min;
	const int64 *max;
} TargetBounds;

/*
 * Makes the target, or changes its bounds, and moves the capacity within them. `tags` are added to
 * those that it has; NULL: none.
 */
extern void TargetRegister(TargetChange *change, TargetBounds bounds, const ResourceTags *tags);
extern void TargetDeregister(TargetChange *change);

/* The policy of the target, which is to be stored. */
extern void TargetPutPolicy(TargetChange *change, const ScalingPolicy *policy);
extern void TargetDeletePolicy(TargetChange *change, Bytes name);

/* Whether the target has a policy of this name. */
extern bool TargetHasPolicy(const TargetChange *change, Bytes name);

#endif

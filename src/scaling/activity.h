/*
 * The history of scaling: dynamo.scaling_activity_log, a row for each change of
 * throughput that a scalable target has made or failed to make.
 */
#ifndef DYNAMO_SCALING_ACTIVITY_H
#define DYNAMO_SCALING_ACTIVITY_H

#include "scaling/resource.h"
#include "storage/relation/table.h"

typedef struct ScalingActivity
{
	ScalableResource resource;
	int64 from;
	int64 to;
	const char *cause;
	const char *failure; /* the exception's message; NULL: successful */
} ScalingActivity;

/*
 * Records it as of now. A failure that repeats the one before, of the same cause,
 * takes its place, with a later end.
 */
extern void ScalingActivityRecord(const Table *table, const ScalingActivity *activity);

/* Deletes what is older than six weeks, as the service does. */
extern void ScalingActivitiesForget(void);

#endif

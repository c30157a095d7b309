/*
 * Target tracking: keeping provisioned throughput at a share of use, as
 * Application Auto Scaling does for DynamoDB.
 *
 * Targets and policies are in a table's settings. A job of maintenance looks each
 * period at what was consumed and runs UpdateTable, as the table's owner.
 */
#ifndef DYNAMO_SCALING_H
#define DYNAMO_SCALING_H

/* Defines dynamo.scaling_period and adds the job. */
extern void ScalingInit(void);

#endif

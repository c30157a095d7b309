/*
 * The operations of Application Auto Scaling, for tables and global indexes: the part `scaling` has
 * them. Each writes one JSON object. `context` says who asks, `request` has passed its shape's
 * checks.
 */
#ifndef DYNAMO_SCALING_OPERATIONS_H
#define DYNAMO_SCALING_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunScalingDeleteScalingPolicy(const OperationContext *context, const Structure *request,
                                          JsonWriter *response);
extern void RunScalingDeregisterScalableTarget(const OperationContext *context,
                                               const Structure *request, JsonWriter *response);
extern void RunScalingDescribeScalableTargets(const OperationContext *context,
                                              const Structure *request, JsonWriter *response);
extern void RunScalingDescribeScalingActivities(const OperationContext *context,
                                                const Structure *request, JsonWriter *response);
extern void RunScalingDescribeScalingPolicies(const OperationContext *context,
                                              const Structure *request, JsonWriter *response);
extern void RunScalingListTagsForResource(const OperationContext *context, const Structure *request,
                                          JsonWriter *response);
extern void RunScalingPutScalingPolicy(const OperationContext *context, const Structure *request,
                                       JsonWriter *response);
extern void RunScalingRegisterScalableTarget(const OperationContext *context,
                                             const Structure *request, JsonWriter *response);
extern void RunScalingTagResource(const OperationContext *context, const Structure *request,
                                  JsonWriter *response);
extern void RunScalingUntagResource(const OperationContext *context, const Structure *request,
                                    JsonWriter *response);

#endif

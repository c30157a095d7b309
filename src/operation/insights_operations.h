/*
 * The operations of Contributor Insights. Each writes one JSON object. `context` says who asks,
 * `request` has passed its shape's checks.
 */
#ifndef DYNAMO_INSIGHTS_OPERATIONS_H
#define DYNAMO_INSIGHTS_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunUpdateContributorInsights(const OperationContext *context, const Structure *request,
                                         JsonWriter *response);
extern void RunDescribeContributorInsights(const OperationContext *context,
                                           const Structure *request, JsonWriter *response);
extern void RunListContributorInsights(const OperationContext *context, const Structure *request,
                                       JsonWriter *response);

#endif

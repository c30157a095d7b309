/*
 * How a statement reaches its items, as JSON.
 */
#ifndef DYNAMO_PLAN_DESCRIPTION_H
#define DYNAMO_PLAN_DESCRIPTION_H

#include "json/json.h"
#include "partiql/plan.h"

/* Appends members to an object. `filtered`: items that are read may be left out. */
extern void PlanDescribe(JsonWriter *response, const ReadPlan *plan, bool filtered);

/* The same of a statement that is about the one item of this key, a map. */
extern void PlanDescribeItem(JsonWriter *response, const Table *table, const AttributeValue *map);

#endif

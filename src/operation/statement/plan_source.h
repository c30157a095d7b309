/*
 * The items of a plan: part after part, or merged.
 */
#ifndef DYNAMO_PLAN_SOURCE_H
#define DYNAMO_PLAN_SOURCE_H

#include "operation/read/page.h"
#include "partiql/plan.h"

/*
 * Starts after the position (NULL: at the beginning), which has all attributes
 * of PositionAttributesOf. NULL where the plan can have no item there. The plan
 * outlives the source.
 */
extern ItemSource *PlanSourceOpen(Table *table, const ReadPlan *plan,
                                  const AttributeValue *start_after);

/* Whether nothing can follow, as after the item that a whole key names. */
extern bool PlanSourceAtEnd(const ItemSource *source);

extern void PlanSourceClose(ItemSource *source);

#endif

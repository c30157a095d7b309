/*
 * What can be scaled, by the names that Application Auto Scaling gives it: a
 * resource "table/NAME" or "table/NAME/index/INDEX", and a dimension of it, as
 * "dynamodb:table:ReadCapacityUnits".
 */
#ifndef DYNAMO_SCALING_RESOURCE_H
#define DYNAMO_SCALING_RESOURCE_H

#include "item/value.h"
#include "operation/throughput/consumption.h"

typedef struct ScalableResource
{
	Bytes table;
	Bytes index; /* data NULL: the table itself */
	ConsumptionKind kind;
} ScalableResource;

/* Points into the texts. ValidationException where they name nothing that can be scaled. */
extern ScalableResource ResourceParse(Bytes resource_id, Bytes dimension);

/* Palloc'd, or constant. */
extern char *ResourceId(const ScalableResource *resource);
extern const char *ResourceDimension(const ScalableResource *resource);

#endif

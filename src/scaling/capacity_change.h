/*
 * Changing one unit of provisioned throughput, as UpdateTable does.
 */
#ifndef DYNAMO_SCALING_CAPACITY_CHANGE_H
#define DYNAMO_SCALING_CAPACITY_CHANGE_H

#include "operation/throughput/table_settings.h"
#include "scaling/resource.h"

/* What is provisioned of the resource; 0: nothing, as on demand. */
extern int64 CapacityProvisioned(const TableSettings *settings, const ScalableResource *resource);

/*
 * Runs UpdateTable as the current role, which must own the table. Raises
 * UpdateTable's exceptions.
 */
extern void CapacityChange(const TableSettings *settings, const ScalableResource *resource,
                           int64 units);

#endif

/*
 * The policy that CreateTable gives a table.
 */
#ifndef DYNAMO_OPERATION_RESOURCE_POLICY_H
#define DYNAMO_OPERATION_RESOURCE_POLICY_H

#include "model/structure.h"
#include "storage/relation/table.h"

/* Of a table that was just created. Errors as of PolicyCheckDocument. */
extern void ResourcePolicyCreate(const Structure *request, const Table *table);

#endif

/*
 * The tables and indexes that a request is about, by the member that operations.def
 * names.
 */
#ifndef DYNAMO_OPERATION_RESOURCE_H
#define DYNAMO_OPERATION_RESOURCE_H

#include "operation/operation.h"

/* As the request has them; whether they exist is not known. */
typedef struct Resource
{
	Bytes table; /* a name or an ARN */
	Bytes index; /* data NULL: the table itself */
} Resource;

/*
 * Writes the first `room` different ones to `resources` and returns how many. Takes each
 * request that was read by the operation's shape, whatever is wrong with it, and raises no
 * error but for want of memory. They point into the request, or are palloc'd.
 */
extern int OperationResources(const Operation *operation, const Structure *request,
                              Resource *resources, int room);

/*
 * What messages say of them: 'table "A"', 'table "A"."Index"', 'tables "A", "B", ...';
 * palloc'd. NULL where the request names none.
 */
extern char *OperationResourcesText(const Operation *operation, const Structure *request);

#endif

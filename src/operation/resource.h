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
 * request that was read by the operation's shape, also of one that is not valid, and raises no
 * error but for want of memory. They point into the request, or are palloc'd.
 */
extern int OperationResources(const Operation *operation, const Structure *request,
                              Resource *resources, int room);

/* Bytes of a text by OperationText, at most, with its NUL. */
#define OPERATION_TEXT_SIZE 1024

/*
 * Writes what messages say of a request, terminated: 'GetItem of table "A"',
 * 'Query of table "A"."Index"', 'BatchGetItem of tables "A", "B", ...'; the operation alone
 * where the request names none, or is NULL. Of much it writes the beginning. Takes no memory
 * but for a statement's names.
 */
extern void OperationText(const Operation *operation, const Structure *request,
                          char text[OPERATION_TEXT_SIZE]);

#endif

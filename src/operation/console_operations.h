/*
 * The operations of the console's service. Each writes one JSON object. `context` says who asks,
 * `request` has passed its shape's checks.
 */
#ifndef DYNAMO_CONSOLE_OPERATIONS_H
#define DYNAMO_CONSOLE_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

#define CONSOLE_OPERATION(name, input, writes)                                       \
	extern void Run##name(const OperationContext *context, const Structure *request, \
	                      JsonWriter *response);
#include "operation/console_operations.def"
#undef CONSOLE_OPERATION

#endif

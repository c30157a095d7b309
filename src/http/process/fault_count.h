/*
 * Counts requests whose signature was at fault.
 */
#ifndef DYNAMO_HTTP_FAULT_COUNT_H
#define DYNAMO_HTTP_FAULT_COUNT_H

#include "error/error.h"

/* One more request that was refused with the exception, or would have been. */
extern void FaultCountAdd(DynamoException exception);

#endif

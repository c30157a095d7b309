/*
 * ClientRequestToken: a request that is made again under the same token takes
 * effect once.
 */
#ifndef DYNAMO_IDEMPOTENCY_H
#define DYNAMO_IDEMPOTENCY_H

#include "model/structure.h"
#include "operation/context.h"

/*
 * Whether a request with the same token has taken effect already; where not, it
 * will have when this transaction commits. False without a token. Raises
 * IdempotentParameterMismatchException where the token came with another
 * request, TransactionInProgressException where that one is still running.
 */
extern bool RequestIsRepeated(const OperationContext *context, const Structure *request);

#endif

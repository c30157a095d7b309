/*
 * Contexts of operations.
 */
#include "operation/context.h"

#include "miscadmin.h"

static const Identity *served = NULL;

void
OperationContextServe(const Identity *identity)
{
	served = identity;
}

OperationContext
OperationContextOfSession(void)
{
	OperationContext context = { .source = SOURCE_SQL,
		                         .identity = { GetUserId() },
		                         .deadline = DT_NOEND };

	if (served != NULL && served->role == context.identity.role)
		context.identity = *served;
	return context;
}

OperationContext
OperationContextOfJob(void)
{
	OperationContext context = OperationContextOfSession();

	context.internal = true;
	return context;
}

void
AnswerWriterInit(const OperationContext *context, JsonWriter *writer, StringInfo answer)
{
	JsonWriterInit(writer, answer, context->source == SOURCE_SQL && !context->plain_json);
}

/*
 * Contexts of operations.
 */
#include "operation/context.h"

#include "miscadmin.h"

OperationContext
OperationContextOfSession(void)
{
	return (OperationContext){ .source = SOURCE_SQL,
		                       .identity = { GetUserId() },
		                       .deadline = DT_NOEND };
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
	JsonWriterInit(writer, answer, context->source == SOURCE_SQL);
}

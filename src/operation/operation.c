/*
 * The table of operations, and running one of them.
 */
#include "operation/operation.h"

#include "metrics/metering.h"
#include "operation/access/authorization.h"
#include "operation/access/authorization_end.h"
#include "operation/backup_operations.h"
#include "operation/console_operations.h"
#include "operation/export_operations.h"
#include "operation/import_operations.h"
#include "operation/insights_operations.h"
#include "operation/item_operations.h"
#include "operation/stream_operations.h"
#include "operation/table_operations.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

/* An item has at most 19 MB of text: lists of 1E-130, which is written with all its zeros. */
#define MAX_ANSWER_TEXT (64 * 1024 * 1024)

#define API_SERVICE "dynamodb"

static const Service service_DYNAMODB = { API_SERVICE, API_SERVICE,
	                                      BYTES_LITERAL("DynamoDB_20120810") };
static const Service service_STREAMS = { API_SERVICE, API_SERVICE,
	                                     BYTES_LITERAL("DynamoDBStreams_20120810") };
static const Service service_CONSOLE = { "dynamo-console", API_SERVICE,
	                                     BYTES_LITERAL("DynamoConsole_20261127") };

static const Operation operations[] = {
#define OPERATION(name, sql_name, input, writes, stored, changes_table, style, service, resources, \
                  actions)                                                                         \
	{ { #name, sizeof(#name) - 1 },                                                                \
	  #sql_name,                                                                                   \
	  &shape_##input,                                                                              \
	  Run##name,                                                                                   \
	  writes,                                                                                      \
	  stored,                                                                                      \
	  changes_table,                                                                               \
	  STYLE_##style,                                                                               \
	  &service_##service,                                                                          \
	  MEMBER_##resources,                                                                          \
	  actions },
#include "operation/operations.def"
#undef OPERATION
#define CONSOLE_OPERATION(name, input, writes) \
	{ { #name, sizeof(#name) - 1 },            \
	  NULL,                                    \
	  &shape_##input,                          \
	  Run##name,                               \
	  writes,                                  \
	  true,                                    \
	  false,                                   \
	  STYLE_CURRENT,                           \
	  &service_CONSOLE,                        \
	  MEMBER_NONE,                             \
	  #name },
#include "operation/console_operations.def"
#undef CONSOLE_OPERATION
};

const Operation *
OperationList(int *count)
{
	*count = lengthof(operations);
	return operations;
}

const Operation *
OperationFind(Bytes name)
{
	for (int i = 0; i < lengthof(operations); i++)
	{
		if (BytesEqual(operations[i].name, name))
			return &operations[i];
	}
	return NULL;
}

const Operation *
OperationFindTarget(Bytes target)
{
	const char *dot = BytesFind(target, '.');
	const Operation *operation;

	if (dot == NULL)
		return NULL;
	operation = OperationFind((Bytes){ dot + 1, target.data + target.length - dot - 1 });
	if (operation == NULL ||
	    !BytesEqual(operation->service->target, (Bytes){ target.data, dot - target.data }))
		return NULL;
	return operation;
}

const Operation *
OperationFindSql(const char *sql_name)
{
	for (int i = 0; i < lengthof(operations); i++)
	{
		if (operations[i].sql_name != NULL && strcmp(operations[i].sql_name, sql_name) == 0)
			return &operations[i];
	}
	return NULL;
}

void
OperationStart(void)
{
	/* An operation sees what the transaction's earlier ones wrote. */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
}

/* Of another service than the API's own, policies know it by the service's name, too. */
static const char *
AuthorizedAction(const Operation *operation)
{
	const Service *service = operation->service;

	if (strcmp(service->name, API_SERVICE) == 0)
		return operation->name.data;
	return psprintf("%s:%s", service->name, operation->name.data);
}

void
OperationRun(const OperationContext *context, const Operation *operation, const Structure *request,
             StringInfo answer)
{
	OperationContext own = *context;
	struct Authorization authorization;
	JsonWriter response;
	ErrorStyle caller = ErrorStyleSet(operation->style);
	volatile bool failed = true;
	Metering metering;

	MeteringBegin(&metering, operation->name.data, context->series == NULL && !context->internal);
	AnswerWriterInit(context, &response, answer);
	response.limit = MAX_ANSWER_TEXT;
	PG_TRY();
	{
		OperationStart();
		AuthorizationBegin(&own, &authorization, AuthorizedAction(operation));
		operation->run(&own, request, &response);
		AuthorizationEnd(&own);
		PopActiveSnapshot();
		failed = false;
	}
	PG_FINALLY();
	{
		MeteringEnd(&metering, context->series, failed, answer->len);
		ErrorStyleSet(caller);
	}
	PG_END_TRY();
}

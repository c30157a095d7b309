/*
 * The API's operations. Each is one function from request to response, which
 * SQL and HTTP both call.
 */
#ifndef DYNAMO_OPERATION_H
#define DYNAMO_OPERATION_H

#include "error/style.h"
#include "model/structure.h"
#include "operation/context.h"

/* What X-Amz-Target, ARNs and policies call a part of the API. */
typedef struct Service
{
	const char *name;  /* "dynamodb": what actions of policies begin with */
	const char *scope; /* the service in the scope of signatures */
	Bytes target;      /* "DynamoDB_20120810", which the operation's name follows after a dot */
} Service;

typedef struct Operation
{
	Bytes name;           /* "PutItem", terminated */
	const char *sql_name; /* "put_item"; NULL: it is no SQL function */
	const Shape *input;
	/* `request` was read by the shape. Writes one JSON object. */
	void (*run)(const OperationContext *context, const Structure *request, JsonWriter *response);
	bool writes;        /* whether it may change anything */
	bool stored;        /* whether its answer depends on what is stored */
	bool changes_table; /* rather than items: it may wait for sessions that use the table */
	ErrorStyle style;
	const Service *service;
	MemberId resources;  /* of the input: see OperationResources */
	const char *actions; /* of policies, without the service; a blank between two */
} Operation;

/* All operations. */
extern const Operation *OperationList(int *count);

/*
 * The operation of this name, DynamoDB's where another service has one of it, that X-Amz-Target
 * names, or that an SQL function stands for; or NULL.
 */
extern const Operation *OperationFind(Bytes name);
extern const Operation *OperationFindTarget(Bytes target);
extern const Operation *OperationFindSql(const char *sql_name);

/*
 * Makes a fresh snapshot, which sees the transaction's own writes, the active one.
 * The caller pops it after running an operation.
 */
extern void OperationStart(void);

/*
 * Runs a request, which was read by the operation's shape, in the current
 * transaction, under such a snapshot. Appends one JSON object to `answer`, in the
 * form that the caller takes; it is only whole where no error was raised.
 */
extern void OperationRun(const OperationContext *context, const Operation *operation,
                         const Structure *request, StringInfo answer);

#endif

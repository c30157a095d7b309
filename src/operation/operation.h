/*
 * The API's operations. Each is one function from request to response, which
 * SQL and HTTP both call.
 */
#ifndef DYNAMO_OPERATION_H
#define DYNAMO_OPERATION_H

#include "item/json.h"
#include "operation/shape.h"

typedef struct Operation
{
	Bytes name;           /* "PutItem", terminated */
	const char *sql_name; /* "put_item" */
	const Shape *input;
	/* `request` has passed the shape's checks. Writes one JSON object. */
	void (*run)(const JsonNode *request, JsonWriter *response);
	bool writes; /* whether it may change anything */
} Operation;

/* The operation that X-Amz-Target or an SQL function names, or NULL. */
extern const Operation *OperationFind(Bytes name);
extern const Operation *OperationFindSql(const char *sql_name);

/*
 * Checks the request against the operation's shape and makes a fresh snapshot the
 * active one, which the caller pops after running it.
 */
extern void OperationStart(const Operation *operation, JsonNode *request);

/*
 * Checks the request against its shape and runs it in the current transaction,
 * under a fresh snapshot that sees the transaction's own writes. The response
 * is only whole where no error was raised.
 */
extern void OperationRun(const Operation *operation, JsonNode *request, JsonWriter *response);

#endif

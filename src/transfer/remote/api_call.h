/*
 * A request of DynamoDB's API and its answer, as JSON.
 */
#ifndef DYNAMO_API_CALL_H
#define DYNAMO_API_CALL_H

#include "json/json.h"

typedef struct ApiCall
{
	const char *operation; /* "Scan" */
	StringInfoData request;
	const char *allowed;    /* an exception that is an answer; NULL: none is */
	bool refused;           /* it was that exception */
	const JsonNode *answer; /* else: an object, palloc'd */
	int64 size;             /* bytes of its text */
	int tries;              /* so far; of endpoints */
	bool done;
} ApiCall;

/*
 * Begins a request in the current context, with an open object, whose members the caller writes;
 * ApiCallEnd closes it.
 */
static inline void
ApiCallBegin(ApiCall *call, const char *operation, JsonWriter *writer)
{
	*call = (ApiCall){ .operation = operation };
	initStringInfo(&call->request);
	JsonWriterInit(writer, &call->request, false);
	JsonBeginObject(writer);
}

static inline void
ApiCallEnd(JsonWriter *writer)
{
	JsonEndObject(writer);
}

#endif

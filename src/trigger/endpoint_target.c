/*
 * Requests that carry events, and what their answers mean.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "model/resource_name.h"
#include "trigger/endpoint/endpoint_credential.h"
#include "trigger/endpoint_target.h"
#include "trigger/trigger_target.h"

#define MAX_QUOTED 200 /* bytes of an answer in an error */
#define TOO_MANY_REQUESTS 429

enum
{
	WANTED_FUNCTION_ERROR
};

static const char *
TargetUrl(const EventTrigger *trigger)
{
	return strncmp(trigger->target, LAMBDA_TARGET, strlen(LAMBDA_TARGET)) == 0
	           ? trigger->target + strlen(LAMBDA_TARGET)
	           : trigger->target;
}

static void
AddHeader(EndpointRequest *request, const char *name, const char *value)
{
	request->headers[request->header_count++] = (EndpointHeader){ name, value };
}

/* False where there is no such credential. Function URLs, too, are signed for Lambda. */
static bool
Sign(const EventTrigger *trigger, EndpointRequest *request, EndpointSignature *signature)
{
	if (trigger->credential == NULL)
		return true;
	if (!EndpointCredentialRead(trigger->credential, trigger->owner, signature))
		return false;
	signature->region = RegionName();
	signature->service = "lambda";
	request->signature = signature;
	return true;
}

EndpointCall *
EndpointTargetStart(EndpointCalls *calls, const EventTrigger *trigger, const EventBatch *batch,
                    void *tag, const char **fault)
{
	EndpointRequest request = { .method = "POST",
		                        .url = TargetUrl(trigger),
		                        .body = { batch->event.data, batch->event.len },
		                        .wanted = { [WANTED_FUNCTION_ERROR] = "X-Amz-Function-Error" },
		                        .timeout = trigger->target_timeout,
		                        .max_answer = MAX_ANSWER_BYTES };
	EndpointSignature signature = { 0 };

	AddHeader(&request, "Content-Type", "application/json");
	if (request.url != trigger->target)
		AddHeader(&request, "X-Amz-Invocation-Type", "RequestResponse");
	if (!Sign(trigger, &request, &signature))
	{
		*fault = psprintf("the trigger's owner has no credential \"%s\"", trigger->credential);
		return NULL;
	}
	return EndpointCallStart(calls, &request, tag);
}

/* The beginning of an answer, on one line. */
static char *
Quoted(Bytes body)
{
	char *text = pnstrdup(body.data, Min(body.length, MAX_QUOTED));

	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char) *p < ' ')
			*p = ' ';
	if (!pg_verifymbstr(text, strlen(text), true))
		for (char *p = text; *p != '\0'; p++)
			if (IS_HIGHBIT_SET(*p))
				*p = '?';
	return text;
}

static CallResult
FailedAnswer(const EndpointResult *result)
{
	const char *function_error = result->wanted[WANTED_FUNCTION_ERROR];
	CallResult failed = { .outcome =
		                      result->status == TOO_MANY_REQUESTS ? CALL_BLOCKED : CALL_FAILED };

	failed.error = function_error != NULL
	                   ? psprintf("the function failed (%s): %s",
	                              Quoted(BytesFromCString(function_error)), Quoted(result->body))
	                   : psprintf("the endpoint answered with HTTP status %d: %s", result->status,
	                              Quoted(result->body));
	return failed;
}

CallResult
EndpointTargetResult(const EndpointResult *result)
{
	if (result->outcome == ENDPOINT_REFUSED)
		return (CallResult){ .outcome = CALL_BLOCKED, .error = result->error };
	if (result->outcome == ENDPOINT_FAILED)
		return (CallResult){ .outcome = CALL_FAILED, .error = result->error };
	if (result->status < 200 || result->status >= 300 ||
	    result->wanted[WANTED_FUNCTION_ERROR] != NULL)
		return FailedAnswer(result);
	return (CallResult){ .outcome = CALL_SUCCEEDED, .answer = result->body };
}

/*
 * Calls of HTTP endpoints outside of the server, for background workers.
 *
 * A worker starts any number of calls, and waits for its latch and for their answers at once. A
 * call takes HTTP or HTTPS with a server that TLS has verified, connects to no address that
 * dynamo.endpoint_addresses forbids (endpoint_address.h), and follows no redirect. What a call
 * needs is no transaction's: a worker holds none open while it waits.
 */
#ifndef DYNAMO_ENDPOINT_CALL_H
#define DYNAMO_ENDPOINT_CALL_H

#include "item/value.h"

/* Of a region's service, by Signature Version 4; all terminated. */
typedef struct EndpointSignature
{
	const char *region;
	const char *service; /* "kinesis", "lambda" */
	const char *access_key;
	const char *secret_key;
	const char *session_token; /* NULL: none */
} EndpointSignature;

typedef struct EndpointHeader
{
	const char *name;
	const char *value; /* not empty, without line breaks */
} EndpointHeader;

#define ENDPOINT_MAX_HEADERS 16
#define ENDPOINT_MAX_WANTED 4

typedef struct EndpointRequest
{
	const char *method;
	const char *url; /* its query sorted and whole ("?a=1&b=") where the request is signed */
	EndpointHeader headers[ENDPOINT_MAX_HEADERS];
	int header_count;
	Bytes body;
	const EndpointSignature *signature;      /* NULL: not signed */
	const char *wanted[ENDPOINT_MAX_WANTED]; /* headers of the answer, by their names */
	int timeout;                             /* of the whole call, in milliseconds */
	int max_answer;                          /* bytes of its body */
} EndpointRequest;

typedef enum EndpointOutcome
{
	ENDPOINT_ANSWERED,
	ENDPOINT_FAILED, /* no connection, no whole answer in time, one that is too large: try again */
	ENDPOINT_REFUSED /* no call was made: the URL, or the address, is not allowed */
} EndpointOutcome;

typedef struct EndpointResult
{
	EndpointOutcome outcome;
	int status;                              /* of HTTP; 0: no answer */
	const char *wanted[ENDPOINT_MAX_WANTED]; /* values; NULL: the answer has none */
	Bytes body;
	const char *error; /* one line for people, without the URL; NULL: answered */
	bool too_large;    /* it failed since the answer has more than max_answer bytes */
} EndpointResult;

/* Defines the setting dynamo.endpoint_ca_file. */
extern void EndpointCallInit(void);

typedef struct EndpointCalls EndpointCalls;
typedef struct EndpointCall EndpointCall;

/*
 * A worker's calls. They end, and their connections close, when the memory context is reset, also
 * after an error.
 */
extern EndpointCalls *EndpointCallsCreate(MemoryContext context);

/*
 * Starts a call. The request is copied. `tag` is the caller's, for EndpointCallTag. A URL that
 * cannot be called gives a call that has ended with ENDPOINT_REFUSED. Raises errors for want of
 * memory alone.
 */
extern EndpointCall *EndpointCallStart(EndpointCalls *calls, const EndpointRequest *request,
                                       void *tag);

/*
 * Waits until a call has ended, the latch is set, or `timeout` milliseconds are over (-1: none),
 * and does what is due for the calls. Resets the latch; the caller looks at interrupts then.
 * Returns at once where a call has ended that EndpointCallsNext has not given yet.
 */
extern void EndpointCallsWait(EndpointCalls *calls, long timeout, uint32 wait_event);

/* A call that has ended, each once; NULL: none. It is the caller's to end. */
extern EndpointCall *EndpointCallsNext(EndpointCalls *calls);

extern void *EndpointCallTag(const EndpointCall *call);

/* Of a call that EndpointCallsNext gave; good until EndpointCallEnd. */
extern const EndpointResult *EndpointCallResult(const EndpointCall *call);

/* Frees a call; one that is under way is broken off. */
extern void EndpointCallEnd(EndpointCall *call);

/* How many have been started and not ended by EndpointCallEnd. */
extern int EndpointCallsCount(const EndpointCalls *calls);

#endif

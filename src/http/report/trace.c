/*
 * Adds to each message that a request causes in the server's log the request's
 * id, which its client was given too, the operation, the table, and the client's
 * address.
 */
#include "http/report/trace.h"

#include <netdb.h>
#include <netinet/in.h>

#include "error/error.h"
#include "operation/resource.h"

/* An address and port as text. */
static void
WriteAddress(const struct sockaddr *address, char *text, int size)
{
	int length = address != NULL && address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
	                                                               : sizeof(struct sockaddr_in);
	char host[NI_MAXHOST];
	char port[NI_MAXSERV];

	if (address == NULL || getnameinfo(address, length, host, sizeof(host), port, sizeof(port),
	                                   NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		strlcpy(text, "an unknown address", size);
	else
		snprintf(text, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* DynamoDB's own exceptions are not logged, and frequent. */
static void
AddContext(void *arg)
{
	const HttpRequest *request = arg;
	const OperationContext *context = &request->context;
	char address[NI_MAXHOST + NI_MAXSERV + 4];
	char operation[OPERATION_TEXT_SIZE];

	if (ExceptionFromSqlState(geterrcode()) != NULL)
		return;
	WriteAddress(context->client, address, sizeof(address));
	if (request->operation == NULL)
	{
		errcontext("HTTP request %s from %s", context->request_id, address);
		return;
	}
	OperationText(request->operation, request->input, operation);
	errcontext("HTTP request %s from %s, %s", context->request_id, address, operation);
}

void
TraceBegin(HttpRequest *request, ErrorContextCallback *callback)
{
	callback->previous = error_context_stack;
	callback->callback = AddContext;
	callback->arg = request;
	error_context_stack = callback;
}

void
TraceEnd(ErrorContextCallback *callback)
{
	error_context_stack = callback->previous;
}

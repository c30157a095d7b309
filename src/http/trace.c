/*
 * Adds to each message that a request causes in the server's log the request's
 * id, which its client was given too, the operation, the table, and the client's
 * address.
 */
#include "http/trace.h"

#include "common/ip.h"
#include "libpq/pqcomm.h"

#include "error/error.h"
#include "http/connection.h"
#include "http/response.h"

static const char *traced_operation; /* NULL: none yet */
static const Structure *traced_input;

const char *
TraceRequestId(HttpRequest *request)
{
	if (request->id[0] == '\0')
		HttpMakeRequestId(request->id);
	return request->id;
}

/* The client's address and port as text. */
static void
ClientAddress(const HttpRequest *request, char *text, int size)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char host[NI_MAXHOST];
	char port[NI_MAXSERV];

	if (getpeername(request->connection->fd, (struct sockaddr *) &address, &length) != 0 ||
	    pg_getnameinfo_all(&address, length, host, sizeof(host), port, sizeof(port),
	                       NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		strlcpy(text, "an unknown address", size);
	else
		snprintf(text, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* DynamoDB's own exceptions are not logged, and frequent. */
static void
AddContext(void *request)
{
	Bytes table = StructureString(traced_input, member_TableName);
	char address[NI_MAXHOST + NI_MAXSERV + 4];

	if (ExceptionFromSqlState(geterrcode()) != NULL)
		return;
	ClientAddress(request, address, sizeof(address));
	if (traced_operation == NULL)
		errcontext("HTTP request %s from %s", TraceRequestId(request), address);
	else if (table.data == NULL)
		errcontext("HTTP request %s from %s, %s", TraceRequestId(request), address,
		           traced_operation);
	else
		errcontext("HTTP request %s from %s, %s of table \"%.*s\"", TraceRequestId(request),
		           address, traced_operation, BYTES_ARGS(table));
}

void
TraceBegin(HttpRequest *request, ErrorContextCallback *callback)
{
	traced_operation = NULL;
	traced_input = NULL;
	callback->previous = error_context_stack;
	callback->callback = AddContext;
	callback->arg = request;
	error_context_stack = callback;
}

void
TraceEnd(ErrorContextCallback *callback)
{
	error_context_stack = callback->previous;
	traced_input = NULL;
}

void
TraceOperation(const char *name, const Structure *input)
{
	traced_operation = name;
	traced_input = input;
}

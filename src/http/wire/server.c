/*
 * Drives libmicrohttpd.
 *
 * The library calls OnRequest first with the head, then with each piece of the
 * body, and then until it has an answer: a request that is being run costs one
 * call in each turn. Connections that wait for longer are suspended, which takes
 * the library some system calls.
 */
#include "http/wire/server.h"

#include <gnutls/abstract.h>

#include "http/wire/body.h"
#include "http/wire/connection.h"
#include "http/wire/clock.h"
#include "http/wire/framing.h"
#include "http/wire/library.h"
#include "http/wire/refusal.h"
#include "http/wire/response.h"
#include "http/process/settings.h"
#include "http/tls/tls_session.h"
#include "http/tls/tls_settings.h"
#include "http/tls/tls_transport.h"

/*
 * A connection's memory in the library, for the head, the structs of its fields and
 * the head of the answer. The library clears all of it for each request.
 */
#define CONNECTION_MEMORY (HTTP_MAX_HEAD + 10 * 1024)

#define ANSWER_HEAD 512 /* bytes, of most */

/* So often a waiting request is looked at before its connection is suspended. */
#define MAX_LOOKS 100
#define WAITING_MILLISECONDS 10

static const ServerEvents *events;
static struct MHD_Daemon *server;
static bool secure = false; /* connections speak TLS */
static bool draining = false;
static bool progressed;    /* since the last turn began a callback has done something */
static bool resumed;       /* connections, which the library does not count as work */
static int unanswered = 0; /* whole requests without an answer, connections not suspended */
static int answered = 0;   /* answers that the library has not been given yet */
static int untold = 0; /* connections that it has, and tells of in its next run only since 1.0 */

static enum MHD_Result
Refuse(HttpRequest *request, int status)
{
	HttpConnection *connection = request->connection;
	char answer[REFUSAL_SIZE];

	connection->refused = true;
	if (connection->session == NULL)
		RefusalSend(connection->fd, status);
	else
		TlsSessionSend(connection->session, answer, RefusalWrite(status, answer));
	return MHD_NO;
}

static enum MHD_Result
OnField(void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
        const char *value, size_t value_length)
{
	Bytes value_bytes = { value != NULL ? value : "", value_length };

	return HttpRequestAddField(context, (Bytes){ name, name_length }, value_bytes) ? MHD_YES
	                                                                               : MHD_NO;
}

/* False where there are too many fields. */
static bool
ReadFields(HttpRequest *request)
{
	struct MHD_Connection *wire = request->connection->wire;
	int all = MHD_get_connection_values_n(wire, MHD_HEADER_KIND, OnField, request);

	return all <= HTTP_MAX_FIELDS;
}

/* Bytes of the request line and the header lines; 0 while they are not complete. */
static size_t
HeadLength(const HttpRequest *request)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(request->connection->wire, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info != NULL ? info->header_size : 0;
}

#if !LIBRARY_CHECKS_HEADS
/*
 * The library ends a line at a NUL, ends it at a bare LF too, and joins folded lines
 * elsewhere. All of this shows as a gap: else each string of a head stands right
 * behind the one before it, with one NUL where a delimiter was, or two for CR and LF.
 */
static bool
HeadHasNoGap(const HttpRequest *request, const char *version, size_t length)
{
	const char *at = request->method + strlen(request->method) + 1 + request->target_length + 1;

	if (at != version)
		return false;
	at += strlen(version) + 2;
	for (int i = 0; i < request->field_count; i++)
	{
		const HttpField *field = &request->fields[i];

		if (field->name.data != at)
			return false;
		at = field->value.data + strlen(field->value.data) + 2;
	}
	return at + 2 == request->method + length;
}
#else
static bool
HeadHasNoGap(const HttpRequest *request, const char *version, size_t length)
{
	return true;
}
#endif

/* 0, or the status to refuse the request with. */
static int
CheckHead(HttpRequest *request, const char *version)
{
	size_t length = HeadLength(request);

	if (!ReadFields(request) || length > HTTP_MAX_HEAD || !HeadHasNoGap(request, version, length))
		return 400;
	return FramingCheck(request, strcmp(version, "HTTP/1.0") == 0);
}

static enum MHD_Result
TakeHead(HttpRequest *request, const char *method, const char *version)
{
	int status;
	uint64 length;

	request->method = method;
	status = CheckHead(request, version);
	if (status != 0)
		return Refuse(request, status);
	length = FramingContentLength(request);
	if (length > HTTP_MAX_BODY)
		return Refuse(request, 413);
	request->entity_limit =
	    HttpHeader(request, "transfer-encoding").data != NULL ? HTTP_MAX_BODY : length;
	request->phase = HTTP_BODY;
	ConnectionNextStep(request->connection);
	return MHD_YES;
}

static void
Suspend(HttpConnection *connection)
{
	connection->suspended = true;
	MHD_suspend_connection(connection->wire);
}

static void
Resume(HttpRequest *request)
{
	request->connection->suspended = false;
	request->connection->moved = http_now;
	resumed = true;
	MHD_resume_connection(request->connection->wire);
}

static enum MHD_Result
TakeBody(HttpRequest *request, const char *data, size_t *length)
{
	switch (BodyAppend(request, data, *length))
	{
		case BODY_TAKEN:
			*length = 0;
			request->connection->moved = http_now;
			return MHD_YES;
		case BODY_WAITS:
			Suspend(request->connection);
			return MHD_YES;
		case BODY_TOO_LARGE:
			return Refuse(request, 413);
		case BODY_NO_MEMORY:
			break;
	}
	return Refuse(request, 503);
}

static enum MHD_Result
Await(HttpRequest *request)
{
	HttpConnection *connection = request->connection;

	if (++connection->looks > MAX_LOOKS)
	{
		unanswered--;
		Suspend(connection);
	}
	return MHD_YES;
}

static enum MHD_Result
Send(HttpRequest *request)
{
	HttpConnection *connection = request->connection;

	answered--;
	request->phase = HTTP_SENDING;
	ConnectionNextStep(connection);
	if (connection->transport != NULL)
		TlsTransportGather(connection->transport, ANSWER_HEAD + request->body.len);
	return HttpRespond(request, connection->wire, draining || request->closes) ? MHD_YES : MHD_NO;
}

static enum MHD_Result
OnRequest(void *context, struct MHD_Connection *wire, const char *target, const char *method,
          const char *version, const char *data, size_t *length, void **own)
{
	HttpRequest *request = *own;

	if (request == NULL || request->connection->cut)
		return MHD_NO;
	if (request->phase == HTTP_WHOLE)
		return Await(request);
	progressed = true;
	if (request->phase == HTTP_HEAD)
		return TakeHead(request, method, version);
	if (request->phase == HTTP_ANSWERED)
		return Send(request);
	if (*length > 0)
		return TakeBody(request, data, length);
	BodyEnd(request);
	HttpRequestQueue(request);
	events->arrived(request);
	request->connection->looks = 0;
	unanswered++;
	return MHD_YES;
}

/* Its result is *own of OnRequest. */
static void *
OnTarget(void *context, const char *target, struct MHD_Connection *wire)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(wire, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	HttpConnection *connection = info != NULL ? info->socket_context : NULL;

	progressed = true;
	if (connection == NULL || !HttpRequestBegin(&connection->request, target))
		return NULL;
	return &connection->request;
}

static void
OnCompleted(void *context, struct MHD_Connection *wire, void **own,
            enum MHD_RequestTerminationCode reason)
{
	HttpRequest *request = *own;

	progressed = true;
	*own = NULL;
	if (request == NULL)
		return;
	if (request->connection->transport != NULL)
		TlsTransportFlush(request->connection->transport);
	if (request->phase == HTTP_WHOLE && !request->connection->suspended)
		unanswered--;
	if (request->phase == HTTP_ANSWERED)
		answered--;
	events->ends(request);
	BodyFree(request);
	HttpRequestEmpty(request);
	ConnectionNextStep(request->connection);
}

/* Of a session without credentials the handshake fails. */
static void
BeginSession(HttpConnection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection->wire, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (info == NULL)
		return;
	connection->session = info->tls_session;
	connection->credentials = TlsSessionBegin(connection->session);
	connection->transport = TlsTransportBegin(connection->session, connection->fd, connection);
	ConnectionShakeHands(connection);
}

/* What the library says of a connection holds until it is asked the next question. */
static HttpConnection *
Open(struct MHD_Connection *wire)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(wire, MHD_CONNECTION_INFO_CONNECTION_FD);
	HttpConnection *connection;
	int fd;

	if (info == NULL)
		return NULL;
	fd = info->connect_fd;
	info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	connection = ConnectionOpen(fd, info != NULL ? info->client_addr : NULL, wire);
	if (connection != NULL && secure)
		BeginSession(connection);
	return connection;
}

static void
OnConnection(void *context, struct MHD_Connection *wire, void **own,
             enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
	{
		untold--;
		*own = Open(wire);
	}
	else if (*own != NULL)
		ConnectionClose(*own);
}

/* Targets are compared as they came. */
static size_t
LeaveEscapes(void *context, struct MHD_Connection *wire, char *text)
{
	return strlen(text);
}

#if !LIBRARY_CHECKS_HEADS
/*
 * When the library refuses a head by itself, it writes its answer's head twice; it
 * says so to the log before. So the answer is ours, and the library finds the socket
 * shut. It is the connection whose head is complete, and we have not seen it.
 */
static void
OnLog(void *context, const char *format, va_list arguments)
{
	dlist_iter iter;

	dlist_foreach(iter, &http_connections)
	{
		HttpConnection *connection = dlist_container(HttpConnection, link, iter.cur);
		HttpRequest *request = &connection->request;

		if (request->phase != HTTP_HEAD || connection->refused || HeadLength(request) == 0)
			continue;
		Refuse(request, ReadFields(request) ? FramingRefusal(request) : 400);
		shutdown(connection->fd, SHUT_WR);
	}
}
#else
static void
OnLog(void *context, const char *format, va_list arguments)
{
}
#endif

/* The library found its own state broken. */
static void
OnPanic(void *context, const char *file, unsigned int line, const char *reason)
{
	ereport(FATAL,
	        (errcode(ERRCODE_INTERNAL_ERROR),
	         errmsg("the HTTP library failed: %s", reason != NULL ? reason : "no reason given")));
}

/*
 * The library wants to have a certificate, or to ask for one: sessions are given theirs by
 * BeginSession, so that a new one serves without a new server.
 */
static int
NoCertificate(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
              const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
              gnutls_pcert_st **certificates, unsigned int *count, gnutls_privkey_t *key)
{
	return -1;
}

static void
StartTls(void)
{
	if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES ||
	    MHD_is_feature_supported(MHD_FEATURE_HTTPS_CERT_CALLBACK) != MHD_YES)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		                errmsg("this libmicrohttpd was built without TLS")));
	CredentialsLoad();
}

void
ServerStart(const ServerEvents *worker_events)
{
	events = worker_events;
	secure = TlsIsWanted();
	if (secure)
		StartTls();
	MHD_set_panic_func(OnPanic, NULL);
	server = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
	        (secure ? MHD_USE_TLS : 0),
	    0, NULL, NULL, OnRequest, NULL, MHD_OPTION_EXTERNAL_LOGGER, OnLog, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned int) PG_INT32_MAX, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) CONNECTION_MEMORY, STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK, OnTarget, NULL,
	    MHD_OPTION_UNESCAPE_CALLBACK, LeaveEscapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, OnCompleted,
	    NULL, MHD_OPTION_NOTIFY_CONNECTION, OnConnection, NULL,
	    secure ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, NoCertificate, MHD_OPTION_END);
	if (server == NULL)
		ereport(ERROR, (errmsg("dynamo could not start its HTTP server: %m")));
}

bool
ServerIsSecure(void)
{
	return secure;
}

bool
ServerIsReady(void)
{
	return !secure || CredentialsAreThere();
}

void
ServerReload(void)
{
	if (secure)
		CredentialsLoad();
}

int
ServerDescriptor(void)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_EPOLL_FD);

	return info->epoll_fd;
}

/*
 * While requests wait for their answers the library always has something to do:
 * it asks for them. Then another turn is worth it if the last one changed anything.
 * It may still have left something, such as a part of a head; so turns that wait for
 * answers are short, until ServerWait's requests are suspended.
 *
 * Of a connection that shakes hands the library takes it that there is something to read until the
 * handshake ends, however long its client says nothing: so turns are as for answers then.
 */
bool
ServerIsPending(void)
{
	MHD_UNSIGNED_LONG_LONG wait;

	if (answered > 0 || resumed)
		return true;
	if (unanswered > 0 || ConnectionsAreShaking())
		return progressed;
	return MHD_get_timeout(server, &wait) == MHD_YES && wait == 0;
}

/* A connection that is resumed is read again; one that is suspended will be, with its answer. */
static void
ReadAgain(HttpConnection *connection)
{
	if (connection->suspended)
		return;
	MHD_suspend_connection(connection->wire);
	MHD_resume_connection(connection->wire);
	resumed = true;
}

/*
 * The library reads until a read brings less than it asked for, and then waits for
 * an event; of an end that came together with the last bytes there is none.
 */
static void
NoticeEnds(void)
{
	while (!dlist_is_empty(&http_ended))
	{
		HttpConnection *connection =
		    dlist_container(HttpConnection, ended_link, dlist_pop_head_node(&http_ended));

		connection->noticed = true;
		ReadAgain(connection);
	}
}

/* It would wait for an event of what has come already. */
static void
NoticeUnread(void)
{
	HttpConnection *connection;

	while ((connection = TlsTransportTakeUnread()) != NULL)
		ReadAgain(connection);
}

long
ServerWait(long wait)
{
	return unanswered > 0 || ConnectionsAreShaking() ? Min(wait, WAITING_MILLISECONDS) : wait;
}

void
ServerRun(void)
{
	progressed = false;
	resumed = false;
	MHD_run(server);
	TlsTransportsFlush();
	untold = 0;
	if (secure)
	{
		progressed |= ConnectionsHaveShaken();
		CredentialsSweep();
		NoticeUnread();
	}
	NoticeEnds();
	BodyWake(Resume);
}

bool
ServerTake(int fd, const struct sockaddr *address, socklen_t length)
{
	int before = untold++;

	if (MHD_add_connection(server, fd, address, length) == MHD_YES)
		return true;
	untold = before;
	return false;
}

int
ServerConnections(void)
{
	return http_connection_count + untold;
}

void
ServerSetAside(HttpRequest *request)
{
	if (request->connection->suspended)
		return;
	unanswered--;
	Suspend(request->connection);
}

void
ServerAnswer(HttpRequest *request)
{
	HttpConnection *connection = request->connection;

	if (request->linked)
		dlist_delete(&request->link);
	request->linked = false;
	request->phase = HTTP_ANSWERED;
	answered++;
	if (connection->suspended)
		Resume(request);
	else
		unanswered--;
	BodyFree(request);
	request->answer_bytes = request->body.len;
	http_answer_bytes += request->answer_bytes;
}

/*
 * What the kernel has not sent yet is dropped: a client that does not take it would
 * hold it for long.
 */
void
ServerCut(HttpConnection *connection)
{
	struct linger drop = { .l_onoff = 1, .l_linger = 0 };

	if (connection->cut)
		return;
	connection->cut = true;
	if (connection->request.phase == HTTP_SENDING)
		setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &drop, sizeof(drop));
	shutdown(connection->fd, SHUT_RDWR);
	if (connection->suspended)
	{
		Resume(&connection->request);
		if (connection->request.phase == HTTP_WHOLE)
			unanswered++;
	}
}

void
ServerDrain(void)
{
	draining = true;
}

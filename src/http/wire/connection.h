/*
 * One connection of a worker. The server makes and frees it.
 */
#ifndef DYNAMO_HTTP_CONNECTION_H
#define DYNAMO_HTTP_CONNECTION_H

#include "http/wire/request.h"
#include "http/wire/watch.h"

struct MHD_Connection;
struct gnutls_session_int;
struct TlsCredentials;
struct TlsSubject;
struct TlsTransport;

typedef struct HttpConnection
{
	dlist_node link; /* in http_connections */
	int fd;
	const struct sockaddr *client; /* the library's; NULL: not known */
	struct MHD_Connection *wire;
	struct gnutls_session_int *session; /* the library's; NULL: without TLS */
	bool shaking;                       /* hands, for TLS */
	dlist_node shaking_link;            /* then */
	struct TlsCredentials *credentials; /* of the session; NULL: none, and nothing is served */
	struct TlsTransport *transport;     /* of the session; NULL: its own */
	struct TlsSubject
	    *subject; /* of the client's certificate, malloc'd; NULL: none, or not asked */
	bool subject_asked;
	int looks;      /* how often the server has asked for the answer of its request */
	bool suspended; /* the server does not look at it */
	bool cut;       /* on our side: the library will find its socket shut */
	bool refused;   /* its last answer was given before all of its request was read */
	/* Of deadlines.c, by http_now. */
	uint64 since; /* its client has to do what it has to do now */
	uint64 moved; /* it was last seen doing it */
	int unsent;   /* bytes that the kernel had left to send then */

	Watch end;             /* of what the client sends */
	bool ended;            /* the client will send no more */
	bool noticed;          /* and the library has been told */
	dlist_node ended_link; /* in http_ended, while `ended` and not `noticed` */

	HttpRequest request;
} HttpConnection;

extern dlist_head http_connections;
extern int http_connection_count;

/* Connections whose clients have ended, which the library is to be told. */
extern dlist_head http_ended;

/* Raises no error. NULL where there is no memory. */
extern HttpConnection *ConnectionOpen(int fd, const struct sockaddr *client,
                                      struct MHD_Connection *wire);
/* Its session is there, and its handshake begins. */
extern void ConnectionShakeHands(HttpConnection *connection);
/* Takes note of handshakes that have ended; whether there were any. */
extern bool ConnectionsHaveShaken(void);
extern bool ConnectionsAreShaking(void);

/* The client has to do something else from now on. */
extern void ConnectionNextStep(HttpConnection *connection);

/* Whether the client has closed its side of the connection, by a look at its socket. */
extern bool HttpClientIsGone(const HttpRequest *request);

extern void ConnectionClose(HttpConnection *connection);

#endif

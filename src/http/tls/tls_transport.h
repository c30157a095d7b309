/*
 * Between a TLS session and its socket: fewer system calls than a session makes by itself, and
 * answers in fewer records.
 */
#ifndef DYNAMO_HTTP_TLS_TRANSPORT_H
#define DYNAMO_HTTP_TLS_TRANSPORT_H

#include "postgres.h"

#include <gnutls/gnutls.h>

typedef struct TlsTransport TlsTransport;

/*
 * Before the handshake: has the session read and write its socket, which does not block, by this
 * file. The owner is what TlsTransportTakeUnread() returns. NULL where there is no memory: the
 * session goes on as it was. Raises no error.
 */
extern TlsTransport *TlsTransportBegin(gnutls_session_t session, int fd, void *owner);

/*
 * The owner of a session that has said that nothing is left to read while something may be, once
 * each time; NULL: there is none, or no other. It is to be read again.
 */
extern void *TlsTransportTakeUnread(void);

/* After the last use of the session. Takes NULL. */
extern void TlsTransportEnd(TlsTransport *transport);

/*
 * What is given to the session from now on, which will be about so many bytes, is to be one record.
 * It is not, and is sent as it comes, where there are many, or the client has not yet taken what
 * was sent before. TlsTransportFlush must follow before anything else is sent.
 */
extern void TlsTransportGather(TlsTransport *transport, size_t bytes);

/* Sends what was gathered; does nothing where nothing is. Raises no error. */
extern void TlsTransportFlush(TlsTransport *transport);

/* The same of all transports for which something has been given to the session. */
extern void TlsTransportsFlush(void);

#endif

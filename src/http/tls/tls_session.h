/*
 * The TLS of one connection.
 */
#ifndef DYNAMO_HTTP_TLS_SESSION_H
#define DYNAMO_HTTP_TLS_SESSION_H

#include "postgres.h"

#include "http/tls/credentials.h"

/*
 * Before the handshake of a session that the HTTP library has made: gives it credentials, which
 * CredentialsGiveBack takes. NULL where it cannot be served. Raises no error.
 */
extern TlsCredentials *TlsSessionBegin(gnutls_session_t session);

/* Whether the handshake has ended well. */
extern bool TlsSessionIsOpen(gnutls_session_t session);

#define TLS_MAX_NAME 256 /* bytes of a common name or of a distinguished name, with a NUL */

/* Whom a client's certificate names, terminated. */
typedef struct TlsSubject
{
	char common_name[TLS_MAX_NAME];        /* "" where it has none, or several */
	char distinguished_name[TLS_MAX_NAME]; /* as RFC 4514 writes it: "CN=orders,O=Example" */
} TlsSubject;

/*
 * After the handshake: false where the client has shown no certificate, or one that the
 * authorities do not vouch for now, or whose name is too long. Raises no error.
 */
extern bool TlsSessionSubject(gnutls_session_t session, TlsSubject *subject);

/* Sends a last few bytes, as far as they can be sent at once. Raises no error. */
extern void TlsSessionSend(gnutls_session_t session, const char *data, size_t length);

#endif

/*
 * What connections are given when they begin: the server's certificate and key, whose client
 * certificates are trusted, and the versions of TLS.
 */
#ifndef DYNAMO_HTTP_CREDENTIALS_H
#define DYNAMO_HTTP_CREDENTIALS_H

#include "postgres.h"

#include <gnutls/gnutls.h>

/* Of one reading of the files. malloc'd; its users are counted. */
typedef struct TlsCredentials
{
	struct TlsCredentials *older;
	int users; /* connections */
	gnutls_certificate_credentials_t certificates;
	gnutls_priority_t priority;
	bool asks_clients; /* for a certificate, which they need not have */
} TlsCredentials;

/*
 * Reads the files again, at a worker's start and on reload. Connections that are there keep what
 * they have. False where they are not sound: the log says why, and what was read before stays in
 * use. Raises no error.
 */
extern bool CredentialsLoad(void);

extern bool CredentialsAreThere(void);

/* For a new connection, which gives them back; NULL: none were ever read. */
extern TlsCredentials *CredentialsTake(void);
extern void CredentialsGiveBack(TlsCredentials *credentials);

/* Frees those that have no user left. Not inside the HTTP library, which frees sessions later. */
extern void CredentialsSweep(void);

#endif

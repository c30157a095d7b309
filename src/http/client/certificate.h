/*
 * Client certificates as an alternative to signatures.
 */
#ifndef DYNAMO_HTTP_CERTIFICATE_H
#define DYNAMO_HTTP_CERTIFICATE_H

#include "http/wire/request.h"

/*
 * The role that dynamo.tls_client_map_file gives the client's certificate; false where the client
 * has shown none, or the file has no line for it, or there is no role of the name. Whether requests
 * may run as the role is for the caller to judge. In a transaction; may raise an error.
 */
extern bool HttpClientCertificateRole(HttpRequest *request, Oid *role);

/* The subject of the certificate that the client has shown and the authorities vouch for; or NULL.
 */
extern const struct TlsSubject *HttpClientSubject(HttpRequest *request);

/* At a worker's start and on reload: reads the map. Where it is not sound, the log says so and the
 * one before stays. */
extern void CertificateMapLoad(void);

#endif

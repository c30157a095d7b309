/*
 * The settings of TLS. docs/security.md describes each.
 */
#ifndef DYNAMO_HTTP_TLS_SETTINGS_H
#define DYNAMO_HTTP_TLS_SETTINGS_H

#include "postgres.h"

typedef enum TlsVersion
{
	TLS_1_2,
	TLS_1_3
} TlsVersion;

/* Paths are relative to the data directory; "": none. */
extern char *tls_cert_file;
extern char *tls_key_file;
extern char *tls_client_ca_file;
extern char *tls_client_crl_file;
extern char *tls_client_map_file;
extern int tls_min_version; /* a TlsVersion */

/* At server start: the settings, and what the workers share. */
extern void TlsInit(void);

/* Whether connections are to speak TLS, by the settings of now. */
extern bool TlsIsWanted(void);

#endif

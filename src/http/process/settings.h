/*
 * The settings of the HTTP API. docs/http.md describes each.
 */
#ifndef DYNAMO_HTTP_SETTINGS_H
#define DYNAMO_HTTP_SETTINGS_H

#include "postgres.h"

#include <netdb.h>

#define HTTP_MAX_BODY (16 * 1024 * 1024)
#define HTTP_MAX_WORKERS 64

/* An entry of dynamo.http_listen_addresses for every interface. */
#define HTTP_ALL_ADDRESSES "*"

/* dynamo.authentication */
typedef enum HttpAuthentication
{
	AUTHENTICATION_REQUIRED, /* a request that is not signed by a key is refused */
	AUTHENTICATION_WARN,     /* it runs as dynamo.http_role, and is counted and logged */
	AUTHENTICATION_OFF       /* signatures are not looked at: all requests run as that role */
} HttpAuthentication;

extern int http_authentication; /* an HttpAuthentication */
extern int http_port;           /* 0: the API is off */
extern char *http_listen_addresses;
extern bool http_trust_proxy; /* who asks from afar does it by a proxy that speaks TLS */
extern bool http_console;     /* the console is served */
extern int http_workers;
extern int http_max_connections; /* of one worker */
extern char *http_database;
extern char *http_role;             /* "": none yet, and nothing is served */
extern int http_lock_timeout;       /* milliseconds */
extern int http_table_lock_timeout; /* milliseconds; of requests that change a table */
extern int http_request_timeout;    /* milliseconds; 0: none */
extern int http_idle_timeout;       /* seconds */
extern int http_transfer_timeout;   /* seconds */
extern int http_durability_timeout; /* milliseconds; 0: none */
extern int http_health_status;      /* 200 or 400: what GET / is answered with where all is well */
extern int http_memory;             /* megabytes */

/* Whether the library was loaded at server start, so that settings and workers exist. */
extern bool http_preloaded;

extern void HttpSettingsInit(void);

/*
 * The entry of dynamo.http_listen_addresses after `before`, or the first one after NULL; NULL:
 * none. It is there until the setting is read again.
 */
extern const char *HttpListenEntry(const char *before);

/* Of an entry of the list: "localhost" or a loopback address. */
extern bool HttpEntryIsLoopback(const char *entry);
/* Whether each request proves who asks. */
static inline bool
HttpAuthenticationIsRequired(void)
{
	return http_authentication == AUTHENTICATION_REQUIRED;
}

/* Whether no request is asked for a proof: then this machine alone may send any. */
static inline bool
HttpAuthenticationIsOff(void)
{
	return http_authentication == AUTHENTICATION_OFF;
}

extern bool HttpAddressIsLoopback(const struct sockaddr *address);

#endif

/*
 * Which addresses calls of endpoints may connect to.
 *
 * The address is judged that a connection is made to, not a name, which may have another one the
 * next time. The setting dynamo.endpoint_addresses is a list of "public", "private", "loopback" and
 * networks, each allowed, or with a "!" before it forbidden; what is forbidden wins, and what the
 * list does not have is forbidden. Link-local, metadata, multicast and other special addresses are
 * neither public nor private: only a network allows them.
 */
#ifndef DYNAMO_ENDPOINT_ADDRESS_H
#define DYNAMO_ENDPOINT_ADDRESS_H

#include "postgres.h"

#include <sys/socket.h>

/* Defines the setting. */
extern void EndpointAddressInit(void);

/* Raises no error. Of other families than IPv4 and IPv6: false. */
extern bool EndpointAddressIsAllowed(const struct sockaddr *address);

/* The same of an address's text, as inet_ntop writes it, and a scope behind a "%". */
extern bool EndpointAddressTextIsAllowed(const char *text);

#endif

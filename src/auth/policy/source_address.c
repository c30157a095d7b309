/*
 * Writing the address of a client for policies.
 */
#include "postgres.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "auth/policy/source_address.h"

#define MAPPED_PREFIX "::ffff:" /* of an address of IPv4 that a socket of IPv6 shows */

Bytes
SourceAddress(const struct sockaddr *address)
{
	char text[NI_MAXHOST];
	const char *shown = text;
	socklen_t length;

	if (address == NULL || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
		return (Bytes){ NULL, 0 };
	length =
	    address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	if (getnameinfo(address, length, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
		return (Bytes){ NULL, 0 };
	text[strcspn(text, "%")] = '\0'; /* the zone is this machine's */
	if (strncmp(text, MAPPED_PREFIX, strlen(MAPPED_PREFIX)) == 0 && strchr(text, '.') != NULL)
		shown = text + strlen(MAPPED_PREFIX);
	return BytesFromCString(pstrdup(shown));
}

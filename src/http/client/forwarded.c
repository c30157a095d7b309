/*
 * X-Forwarded-For is a list that each proxy appends to: what stands before the first address that a
 * trusted proxy has appended is what a client says of itself.
 */
#include "http/client/forwarded.h"

#include <netdb.h>
#include <netinet/in.h>

#include "http/client/proxies.h"
#include "http/process/settings.h"
#include "http/wire/connection.h"
#include "text/text_scan.h"

#define MAX_HOPS 32
#define MAX_ADDRESS 64 /* bytes of an address in figures, with brackets and a port */

/* Where in the request the list's end is. */
typedef struct Hops
{
	const HttpRequest *request;
	int field;     /* the one that is read; -1: none is left */
	int remaining; /* bytes of it */
	int taken;
} Hops;

static void
PreviousField(Hops *hops)
{
	static const Bytes name = BYTES_LITERAL("x-forwarded-for");

	while (--hops->field >= 0)
	{
		const HttpField *field = &hops->request->fields[hops->field];

		if (field->name.length != name.length ||
		    pg_strncasecmp(field->name.data, name.data, name.length) != 0)
			continue;
		hops->remaining = field->value.length;
		return;
	}
}

/* The last entry that has not been taken; false where there is none. */
static bool
PreviousHop(Hops *hops, Bytes *hop)
{
	const char *data;
	int start;

	if (hops->field < 0 || hops->taken++ == MAX_HOPS)
		return false;
	data = hops->request->fields[hops->field].value.data;
	start = hops->remaining;
	while (start > 0 && data[start - 1] != ',')
		start--;
	*hop = TextTrim((Bytes){ data + start, hops->remaining - start }, " \t");
	if (start > 0)
		hops->remaining = start - 1;
	else
		PreviousField(hops);
	return true;
}

/* Cuts "[2001:db8::1]:443" and "192.0.2.1:443" down to the address. */
static const char *
CutPort(char *text)
{
	char *colon = strchr(text, ':');

	if (text[0] == '[')
	{
		text[strcspn(text, "]")] = '\0';
		return text + 1;
	}
	if (colon != NULL && strchr(colon + 1, ':') == NULL)
		*colon = '\0';
	return text;
}

/* Proxies that listen for both families write ::ffff:192.0.2.1 for an address of IPv4. */
static void
Unmap(struct sockaddr_storage *address)
{
	struct in6_addr mapped = ((struct sockaddr_in6 *) address)->sin6_addr;
	struct sockaddr_in *plain = (struct sockaddr_in *) address;

	if (address->ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&mapped))
		return;
	memset(address, 0, sizeof(*address));
	plain->sin_family = AF_INET;
	memcpy(&plain->sin_addr, &mapped.s6_addr[12], sizeof(plain->sin_addr));
}

static bool
ReadAddress(Bytes hop, struct sockaddr_storage *address)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char text[MAX_ADDRESS];

	if (hop.length == 0 || hop.length >= MAX_ADDRESS)
		return false;
	memcpy(text, hop.data, hop.length);
	text[hop.length] = '\0';
	if (getaddrinfo(CutPort(text), NULL, &hints, &found) != 0)
		return false;
	memset(address, 0, sizeof(*address));
	memcpy(address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	Unmap(address);
	return true;
}

static socklen_t
AddressLength(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
	                                      : sizeof(struct sockaddr_in);
}

static bool
IsInternet(const struct sockaddr *address)
{
	return address != NULL && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

static bool
PeerIsTrusted(const HttpRequest *request, struct sockaddr_storage *peer)
{
	const struct sockaddr *client = request->connection->client;

	if (!ProxiesAreTrusted() || !IsInternet(client))
		return false;
	memset(peer, 0, sizeof(*peer));
	memcpy(peer, client, AddressLength(client));
	return ProxyIsTrusted(peer);
}

const struct sockaddr *
HttpClientAddress(const HttpRequest *request, struct sockaddr_storage *found)
{
	Hops hops = { request, request->field_count };
	struct sockaddr_storage address;
	Bytes hop;

	if (!PeerIsTrusted(request, found))
		return request->connection->client;
	PreviousField(&hops);
	/* What is no address was made up, or is hidden: the proxy that says so is the last one known.
	 */
	while (PreviousHop(&hops, &hop) && ReadAddress(hop, &address))
	{
		*found = address;
		if (!ProxyIsTrusted(found))
			break;
	}
	return (const struct sockaddr *) found;
}

bool
HttpIsSecure(const HttpRequest *request)
{
	struct sockaddr_storage peer;
	Bytes scheme;

	if (request->connection->session != NULL)
		return true;
	if (!PeerIsTrusted(request, &peer))
		return false;
	scheme = HttpHeader(request, "x-forwarded-proto");
	return scheme.length == 5 && pg_strncasecmp(scheme.data, "https", 5) == 0 &&
	       HttpHeaderCount(request, "x-forwarded-proto") == 1;
}

bool
HttpIsRemote(const HttpRequest *request)
{
	const struct sockaddr *client = request->connection->client;

	return client == NULL || !HttpAddressIsLoopback(client);
}

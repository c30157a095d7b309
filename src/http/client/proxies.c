/*
 * See proxies.h.
 */
#include "http/client/proxies.h"

#include <netdb.h>

#include "libpq/ifaddr.h"
#include "utils/guc.h"
#include "utils/varlena.h"

#include "compat.h"

#define MAX_NETWORKS 64

typedef struct Network
{
	struct sockaddr_storage address;
	struct sockaddr_storage mask;
} Network;

/* Read from the setting by its check hook. */
typedef struct Networks
{
	int count;
	Network networks[MAX_NETWORKS];
} Networks;

static char *trusted_proxies = "";
static const Networks *trusted = NULL; /* NULL: none */

/* "10.0.0.0/8", or one address. `text` is cut at its slash. */
static bool
ReadNetwork(char *text, Network *network)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char *slash = strchr(text, '/');

	if (slash != NULL)
		*slash = '\0';
	if (getaddrinfo(text, NULL, &hints, &found) != 0)
		return false;
	memset(network, 0, sizeof(Network));
	memcpy(&network->address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return pg_sockaddr_cidr_mask(&network->mask, slash != NULL ? slash + 1 : NULL,
	                             network->address.ss_family) == 0;
}

static bool
ReadNetworks(List *entries, Networks *networks)
{
	ListCell *cell;

	foreach (cell, entries)
	{
		if (networks->count == MAX_NETWORKS)
		{
			GUC_check_errdetail("It has more than %d entries.", MAX_NETWORKS);
			return false;
		}
		if (!ReadNetwork(lfirst(cell), &networks->networks[networks->count++]))
		{
			GUC_check_errdetail("\"%s\" is not an address or network such as 10.0.0.0/8.",
			                    (char *) lfirst(cell));
			return false;
		}
	}
	return true;
}

static bool
CheckProxies(char **newval, void **extra, GucSource source)
{
	Networks networks = { 0 };
	List *entries;

	if (!SplitGUCList(pstrdup(*newval), ',', &entries))
	{
		GUC_check_errdetail("It must be a list of addresses, separated by commas.");
		return false;
	}
	if (!ReadNetworks(entries, &networks))
		return false;
	if (networks.count == 0)
		return true;
	*extra = GucAlloc(sizeof(Networks));
	if (*extra == NULL)
		return false;
	memcpy(*extra, &networks, sizeof(Networks));
	return true;
}

static void
AssignProxies(const char *newval, void *extra)
{
	trusted = extra;
}

void
ProxiesInit(void)
{
	DefineCustomStringVariable("dynamo.http_trusted_proxies",
	                           "Addresses and networks of proxies whose X-Forwarded-For is "
	                           "believed.",
	                           NULL, &trusted_proxies, "", PGC_SIGHUP, GUC_LIST_INPUT, CheckProxies,
	                           AssignProxies, NULL);
}

bool
ProxiesAreTrusted(void)
{
	return trusted != NULL;
}

/* PostgreSQL's function takes the two for addresses of one family. */
static bool
IsInNetwork(const struct sockaddr_storage *address, const Network *network)
{
	return address->ss_family == network->address.ss_family &&
	       pg_range_sockaddr(address, &network->address, &network->mask);
}

bool
ProxyIsTrusted(const struct sockaddr_storage *address)
{
	for (int i = 0; trusted != NULL && i < trusted->count; i++)
	{
		if (IsInNetwork(address, &trusted->networks[i]))
			return true;
	}
	return false;
}

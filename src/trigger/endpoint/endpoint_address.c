/*
 * The setting dynamo.endpoint_addresses, and what it says of an address.
 *
 * All addresses are taken as IPv6: those of IPv4 as ::ffff:0:0/96, and so the forms of IPv6 that
 * end at an address of IPv4.
 */
#include "trigger/endpoint/endpoint_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inet.h"
#include "utils/varlena.h"

#include "compat.h"

#define ADDRESS_BYTES 16
#define IPV4_BITS 96 /* before an address of IPv4 */
#define IPV4_AT (IPV4_BITS / 8)
#define MAX_RULES 256

typedef struct Address
{
	uint8 bytes[ADDRESS_BYTES];
} Address;

typedef struct Network
{
	Address address;
	int bits;
} Network;

typedef enum AddressClass
{
	CLASS_PUBLIC,
	CLASS_PRIVATE,
	CLASS_LOOPBACK,
	CLASS_SPECIAL,
	CLASS_OF_NETWORK /* a rule's own */
} AddressClass;

typedef struct Rule
{
	bool forbids;
	AddressClass class;
	Network network; /* of CLASS_OF_NETWORK */
} Rule;

typedef struct Rules
{
	int count;
	Rule rules[FLEXIBLE_ARRAY_MEMBER];
} Rules;

typedef struct KnownNetwork
{
	const char *text;
	AddressClass class;
} KnownNetwork;

/* The first that an address is in says its class; what is in none is public. RFC 6890. */
static const KnownNetwork known_networks[] = {
	{ "127.0.0.0/8", CLASS_LOOPBACK },
	{ "::1/128", CLASS_LOOPBACK },
	{ "100.100.100.200/32", CLASS_SPECIAL }, /* metadata of a cloud */
	{ "192.0.0.192/32", CLASS_SPECIAL },     /* the same */
	{ "fd00:ec2::/32", CLASS_SPECIAL },      /* the same */
	{ "fd20:ce::/32", CLASS_SPECIAL },       /* the same */
	{ "10.0.0.0/8", CLASS_PRIVATE },
	{ "172.16.0.0/12", CLASS_PRIVATE },
	{ "192.168.0.0/16", CLASS_PRIVATE },
	{ "100.64.0.0/10", CLASS_PRIVATE },
	{ "fc00::/7", CLASS_PRIVATE },
	{ "0.0.0.0/8", CLASS_SPECIAL },
	{ "169.254.0.0/16", CLASS_SPECIAL },
	{ "192.0.0.0/24", CLASS_SPECIAL },
	{ "192.0.2.0/24", CLASS_SPECIAL },
	{ "198.18.0.0/15", CLASS_SPECIAL },
	{ "198.51.100.0/24", CLASS_SPECIAL },
	{ "203.0.113.0/24", CLASS_SPECIAL },
	{ "224.0.0.0/3", CLASS_SPECIAL }, /* multicast, reserved, broadcast */
	{ "::/96", CLASS_SPECIAL },
	{ "64:ff9b:1::/48", CLASS_SPECIAL }, /* translated in a way of the network's own */
	{ "100::/64", CLASS_SPECIAL },
	{ "2001::/23", CLASS_SPECIAL },
	{ "2001:db8::/32", CLASS_SPECIAL },
	{ "fe80::/10", CLASS_SPECIAL },
	{ "fec0::/10", CLASS_SPECIAL },
	{ "ff00::/8", CLASS_SPECIAL },
};

/* Networks of IPv6 whose addresses have one of IPv4 within, behind so many bits. */
typedef struct EmbeddingNetwork
{
	const char *text;
	int bits;
} EmbeddingNetwork;

static const EmbeddingNetwork embedding_networks[] = {
	{ "64:ff9b::/96", 96 }, /* NAT64 */
	{ "2002::/16", 16 },    /* 6to4 */
};

static char *addresses_setting = "public";
static const Rules *current_rules = NULL;

PG_FUNCTION_INFO_V1(dynamo_endpoint_address_is_allowed);

static Address
FromIpv4(const void *bytes)
{
	Address address = { { [10] = 0xff, [11] = 0xff } };

	memcpy(address.bytes + IPV4_AT, bytes, sizeof(struct in_addr));
	return address;
}

static bool
FromText(const char *text, Address *address, bool *is_ipv4)
{
	struct in_addr ipv4;

	*is_ipv4 = inet_pton(AF_INET, text, &ipv4) == 1;
	if (*is_ipv4)
	{
		*address = FromIpv4(&ipv4);
		return true;
	}
	return inet_pton(AF_INET6, text, address->bytes) == 1;
}

/* "10.0.0.0/8", or an address alone; false for what is neither. */
static bool
NetworkFromText(const char *text, Network *network)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	int length = slash != NULL ? slash - text : strlen(text);
	int max_bits;
	char *end;
	bool is_ipv4;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!FromText(address, &network->address, &is_ipv4))
		return false;
	max_bits = is_ipv4 ? 32 : 128;
	network->bits = max_bits;
	if (slash != NULL)
	{
		long bits = strtol(slash + 1, &end, 10);

		if (end == slash + 1 || *end != '\0' || bits < 0 || bits > max_bits)
			return false;
		network->bits = bits;
	}
	network->bits += is_ipv4 ? IPV4_BITS : 0;
	return true;
}

static bool
IsIn(const Address *address, const Network *network)
{
	int whole = network->bits / 8;
	int rest = network->bits % 8;
	uint8 mask = rest > 0 ? (0xff << (8 - rest)) & 0xff : 0;

	return memcmp(address->bytes, network->address.bytes, whole) == 0 &&
	       (rest == 0 || ((address->bytes[whole] ^ network->address.bytes[whole]) & mask) == 0);
}

static bool
IsInText(const Address *address, const char *text)
{
	Network network;

	return NetworkFromText(text, &network) && IsIn(address, &network);
}

static AddressClass
ClassOf(const Address *address)
{
	for (int i = 0; i < lengthof(known_networks); i++)
		if (IsInText(address, known_networks[i].text))
			return known_networks[i].class;
	return CLASS_PUBLIC;
}

/* The address of IPv4 that a connection to this one ends at, where it is such. */
static Address
Within(const Address *address)
{
	for (int i = 0; i < lengthof(embedding_networks); i++)
		if (IsInText(address, embedding_networks[i].text))
			return FromIpv4(address->bytes + embedding_networks[i].bits / 8);
	return *address;
}

static bool
RuleHas(const Rule *rule, const Address *address, AddressClass class)
{
	return rule->class == CLASS_OF_NETWORK ? IsIn(address, &rule->network) : rule->class == class;
}

static bool
IsAllowed(const Address *given)
{
	Address address = Within(given);
	AddressClass class = ClassOf(&address);
	bool allowed = false;

	for (int i = 0; current_rules != NULL && i < current_rules->count; i++)
	{
		const Rule *rule = &current_rules->rules[i];

		if (!RuleHas(rule, &address, class))
			continue;
		if (rule->forbids)
			return false;
		allowed = true;
	}
	return allowed;
}

bool
EndpointAddressIsAllowed(const struct sockaddr *socket_address)
{
	Address address;

	if (socket_address->sa_family == AF_INET)
		address = FromIpv4(&((const struct sockaddr_in *) socket_address)->sin_addr);
	else if (socket_address->sa_family == AF_INET6)
		memcpy(address.bytes, &((const struct sockaddr_in6 *) socket_address)->sin6_addr,
		       ADDRESS_BYTES);
	else
		return false;
	return IsAllowed(&address);
}

bool
EndpointAddressTextIsAllowed(const char *text)
{
	char address[INET6_ADDRSTRLEN];
	Address parsed;
	bool is_ipv4;

	strlcpy(address, text, sizeof(address));
	address[strcspn(address, "%")] = '\0';
	return FromText(address, &parsed, &is_ipv4) && IsAllowed(&parsed);
}

Datum
dynamo_endpoint_address_is_allowed(PG_FUNCTION_ARGS)
{
	inet *given = PG_GETARG_INET_PP(0);
	Address address;

	if (ip_family(given) == PGSQL_AF_INET)
		address = FromIpv4(ip_addr(given));
	else
		memcpy(address.bytes, ip_addr(given), ADDRESS_BYTES);
	PG_RETURN_BOOL(IsAllowed(&address));
}

/* --- the setting --- */

static bool
ReadRule(const char *text, Rule *rule)
{
	rule->forbids = text[0] == '!';
	text += rule->forbids ? 1 : 0;
	if (pg_strcasecmp(text, "public") == 0)
		rule->class = CLASS_PUBLIC;
	else if (pg_strcasecmp(text, "private") == 0)
		rule->class = CLASS_PRIVATE;
	else if (pg_strcasecmp(text, "loopback") == 0)
		rule->class = CLASS_LOOPBACK;
	else
	{
		rule->class = CLASS_OF_NETWORK;
		return NetworkFromText(text, &rule->network);
	}
	return true;
}

static bool
CheckAddresses(char **newval, void **extra, GucSource source)
{
	char *copy = pstrdup(*newval);
	List *entries;
	Rules *rules;

	if (!SplitGUCList(copy, ',', &entries) || list_length(entries) > MAX_RULES)
	{
		GUC_check_errdetail("It must be a list of at most %d entries, separated by commas.",
		                    MAX_RULES);
		return false;
	}
	rules = GucAlloc(offsetof(Rules, rules) + sizeof(Rule) * list_length(entries));
	if (rules == NULL)
		return false;
	rules->count = 0;
	for (int i = 0; i < list_length(entries); i++)
	{
		const char *entry = list_nth(entries, i);

		if (ReadRule(entry, &rules->rules[rules->count++]))
			continue;
		GUC_check_errdetail("\"%s\" is neither \"public\", \"private\", \"loopback\" nor a network"
		                    " like 10.0.0.0/8.",
		                    entry);
		GucFree(rules);
		return false;
	}
	list_free(entries);
	pfree(copy);
	*extra = rules;
	return true;
}

static void
AssignAddresses(const char *newval, void *extra)
{
	current_rules = extra;
}

void
EndpointAddressInit(void)
{
	DefineCustomStringVariable("dynamo.endpoint_addresses",
	                           "Addresses that triggers, destinations and exports may call; a "
	                           "\"!\" forbids what follows it.",
	                           NULL, &addresses_setting, "public", PGC_SIGHUP, GUC_LIST_INPUT,
	                           CheckAddresses, AssignAddresses, NULL);
}

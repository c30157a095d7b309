/*
 * Defines the settings of the HTTP API and checks their values.
 */
#include "http/process/settings.h"

#include <limits.h>
#include <netinet/in.h>

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/varlena.h"

#include "compat.h"

int http_authentication = AUTHENTICATION_REQUIRED;
int http_port = 0;
char *http_listen_addresses = "localhost";
bool http_trust_proxy = false;
bool http_console = true;
int http_workers = 2;
int http_max_connections = 1000;
char *http_database = "postgres";
char *http_role = "";
int http_lock_timeout = 1000;
int http_table_lock_timeout = 10000;
int http_request_timeout = 30000;
int http_idle_timeout = 60;
int http_transfer_timeout = 300;
int http_memory = 128;
int http_durability_timeout = 10000;
int http_health_status = 200;
bool http_preloaded = false;

static const struct config_enum_entry authentications[] = {
	{ "required", AUTHENTICATION_REQUIRED, false },
	{ "warn", AUTHENTICATION_WARN, false },
	{ "off", AUTHENTICATION_OFF, false },
	{ NULL, 0, false },
};

static const struct config_enum_entry health_statuses[] = {
	{ "200", 200, false },
	{ "400", 400, false },
	{ NULL, 0, false },
};

/* Each entry of dynamo.http_listen_addresses with its NUL, then an empty one; of its check hook. */
static const char *listen_entries = "";

const char *
HttpListenEntry(const char *before)
{
	const char *entry = before == NULL ? listen_entries : before + strlen(before) + 1;

	return entry[0] != '\0' ? entry : NULL;
}

bool
HttpAddressIsLoopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
	{
		const struct sockaddr_in *in = (const struct sockaddr_in *) address;

		return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
	}
	if (address->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *) address)->sin6_addr);
	return false;
}

/* Of an address in figures, which is free'd by freeaddrinfo; else NULL. */
static struct addrinfo *
ReadNumericAddress(const char *entry)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;

	return getaddrinfo(entry, NULL, &hints, &found) == 0 ? found : NULL;
}

static bool
IsLocalhost(const char *entry)
{
	return pg_strcasecmp(entry, "localhost") == 0;
}

bool
HttpEntryIsLoopback(const char *entry)
{
	struct addrinfo *found;
	bool loopback;

	if (IsLocalhost(entry))
		return true;
	found = ReadNumericAddress(entry);
	if (found == NULL)
		return false;
	loopback = HttpAddressIsLoopback(found->ai_addr);
	freeaddrinfo(found);
	return loopback;
}

/* Names are not looked up: what they resolve to may change under a running server. */
static bool
EntryIsSound(const char *entry)
{
	struct addrinfo *found;

	if (IsLocalhost(entry) || strcmp(entry, HTTP_ALL_ADDRESSES) == 0)
		return true;
	found = ReadNumericAddress(entry);
	if (found == NULL)
		return false;
	freeaddrinfo(found);
	return true;
}

static bool
EntriesAreSound(const List *entries)
{
	ListCell *cell;

	foreach (cell, entries)
	{
		if (!EntryIsSound(lfirst(cell)))
		{
			GUC_check_errdetail("\"%s\" is not the address of an interface.",
			                    (char *) lfirst(cell));
			GUC_check_errhint("Use \"localhost\", addresses in figures, or \"*\" for all.");
			return false;
		}
	}
	return true;
}

/* An entry takes no more bytes than in the setting, where another one or a comma follows it. */
static char *
KeepEntries(const List *entries, size_t setting_length)
{
	char *kept = GucAlloc(setting_length + 2);
	char *end = kept;
	ListCell *cell;

	if (kept == NULL)
		return NULL;
	foreach (cell, entries)
		end = stpcpy(end, lfirst(cell)) + 1;
	*end = '\0';
	return kept;
}

static bool
CheckListenAddresses(char **newval, void **extra, GucSource source)
{
	char *text = pstrdup(*newval);
	List *entries;
	bool sound = false;

	if (!SplitGUCList(text, ',', &entries) || entries == NIL)
		GUC_check_errdetail("It must be a list of addresses, separated by commas.");
	else if (EntriesAreSound(entries))
	{
		*extra = KeepEntries(entries, strlen(*newval));
		sound = *extra != NULL;
	}
	list_free(entries);
	pfree(text);
	return sound;
}

static void
AssignListenAddresses(const char *newval, void *extra)
{
	listen_entries = extra;
}

static void
DefineListenerSettings(void)
{
	DefineCustomIntVariable("dynamo.http_port", "Port of the HTTP API; 0 turns it off.", NULL,
	                        &http_port, 0, 0, 65535, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("dynamo.http_listen_addresses",
	                           "Addresses that the HTTP API listens on.",
	                           "Those beyond loopback need authentication, and TLS or "
	                           "dynamo.http_trust_proxy.",
	                           &http_listen_addresses, "localhost", PGC_SIGHUP, GUC_LIST_INPUT,
	                           CheckListenAddresses, AssignListenAddresses, NULL);
	DefineCustomBoolVariable("dynamo.http_trust_proxy",
	                         "The network reaches the HTTP API only by a proxy that speaks TLS.",
	                         "The API then listens beyond loopback without TLS of its own.",
	                         &http_trust_proxy, false, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("dynamo.console", "The HTTP API serves the console at /console.", NULL,
	                         &http_console, true, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.http_workers", "Processes that serve the HTTP API.", NULL,
	                        &http_workers, 2, 1, HTTP_MAX_WORKERS, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.http_max_connections", "Connections that one HTTP worker holds open.", NULL,
	    &http_max_connections, 1000, 1, 100000, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.http_idle_timeout",
	                        "Time in which a connection must bring the head of its next request, "
	                        "and in which a body or "
	                        "answer must make progress.",
	                        NULL, &http_idle_timeout, 60, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, NULL,
	                        NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.http_transfer_timeout",
	    "Time in which a client must send a whole body, or take a whole answer.", NULL,
	    &http_transfer_timeout, 300, 1, 86400, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
}

static void
DefineSessionSettings(void)
{
	DefineCustomEnumVariable("dynamo.authentication",
	                         "Whether HTTP requests must be signed by an access key.", NULL,
	                         &http_authentication, AUTHENTICATION_REQUIRED, authentications,
	                         PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("dynamo.database", "Database that the HTTP API serves.", NULL,
	                           &http_database, "postgres", PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("dynamo.http_role",
	                           "Role of HTTP workers, and of requests that are not signed.", NULL,
	                           &http_role, "", PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.http_lock_timeout", "Longest time that an HTTP request waits for a lock.", NULL,
	    &http_lock_timeout, 1000, 1, 60000, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.http_table_lock_timeout",
	    "Longest time that an HTTP request which changes a table waits for a lock.", NULL,
	    &http_table_lock_timeout, 10000, 1, 600000, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.http_request_timeout",
	                        "Longest time that an HTTP request runs; 0 is without a limit.", NULL,
	                        &http_request_timeout, 30000, 0, 3600000, PGC_SIGHUP, GUC_UNIT_MS, NULL,
	                        NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.http_durability_timeout",
	    "Longest time that an answer waits for the disk and for synchronous standbys.", NULL,
	    &http_durability_timeout, 10000, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomEnumVariable(
	    "dynamo.http_health_status", "Status that a healthy HTTP API answers GET / with.",
	    "400 is for tools that take it for the sign of DynamoDB Local.", &http_health_status, 200,
	    health_statuses, PGC_SIGHUP, 0, NULL, NULL, NULL);
}

void
HttpSettingsInit(void)
{
	http_preloaded = true;
	DefineListenerSettings();
	DefineSessionSettings();
}

/*
 * Listening sockets and the bound on connections.
 *
 * With SO_REUSEPORT any process of our user could share the port by mistake and
 * take a part of the requests, another cluster for example. So before the first
 * worker of a server listens it binds without SO_REUSEPORT, which fails where
 * a server listens there; http_shared->port_claimed keeps what it found.
 */
#include "http/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/timestamp.h"

#include "http/handover.h"
#include "http/wire/server.h"
#include "http/process/exposure.h"
#include "http/process/settings.h"
#include "http/process/shared.h"
#include "http/wire/watch.h"

#define MAX_SOCKETS 16
#define ACCEPTS_A_TURN 32 /* leaves time for the connections that are there */
#define BACKLOG 1024
#define PAUSE_MILLISECONDS 100
#define QUIET_MILLISECONDS 60000

typedef struct Listener
{
	int count;
	Watch sockets[MAX_SOCKETS];
	TimestampTz paused_until; /* 0: the sockets are watched */
	int accept_error;         /* errno not yet logged */
	uint64 refused;           /* connections that the log knows of */
	TimestampTz quiet_until;  /* the log says nothing more of errors or refusals before */
} Listener;

static Listener listener;

static bool
StartAccepting(void)
{
	bool all = true;

	for (int i = 0; i < listener.count; i++)
		all &= WatchAdd(&listener.sockets[i]);
	return all;
}

static void
StopAccepting(void)
{
	for (int i = 0; i < listener.count; i++)
		WatchRemove(&listener.sockets[i]);
}

/* Out of file descriptors or memory: the connection waits in the kernel, and so do we. */
static void
PauseAccepting(int error)
{
	listener.accept_error = error;
	listener.paused_until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), PAUSE_MILLISECONDS);
	StopAccepting();
}

static int
Room(void)
{
	return Max(http_max_connections - ServerConnections(), 0);
}

/* A connection that is to be served here. */
static void
TakeConnection(int fd)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t length = sizeof(address);

	getpeername(fd, (struct sockaddr *) &address, &length);
	if (!ServerTake(fd, (struct sockaddr *) &address, length))
		PauseAccepting(errno);
	HandoverSetRoom(ServerConnections(), Room());
}

static int
Accept(int socket)
{
	int fd = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
		PauseAccepting(errno);
	return fd;
}

static void
OnReady(Watch *socket)
{
	for (int i = 0; i < ACCEPTS_A_TURN; i++)
	{
		int fd = Accept(socket->fd);

		if (fd < 0)
			return;
		if (Room() > 0)
			TakeConnection(fd);
		else
			HandoverGive(fd);
	}
}

static void
LogOnceAWhile(void)
{
	TimestampTz now = GetCurrentTimestamp();
	uint64 refused = HandoverRefused();

	if (now < listener.quiet_until)
		return;
	listener.quiet_until = TimestampTzPlusMilliseconds(now, QUIET_MILLISECONDS);
	errno = listener.accept_error;
	if (errno != 0)
		ereport(
		    LOG,
		    (errcode_for_socket_access(), errmsg("dynamo could not accept an HTTP connection: %m"),
		     errdetail("It tries again, and says so once in %d s.", QUIET_MILLISECONDS / 1000)));
	if (refused > listener.refused)
		ereport(LOG, (errcode(ERRCODE_TOO_MANY_CONNECTIONS),
		              errmsg("dynamo refused " UINT64_FORMAT " HTTP connections: all workers have "
		                     "as many as they may",
		                     refused - listener.refused),
		              errhint("Raise dynamo.http_max_connections or dynamo.http_workers.")));
	listener.accept_error = 0;
	listener.refused = refused;
}

void
ListenerTurn(void)
{
	static int announced = -1;
	static int announced_room = -1;

	if (listener.paused_until != 0 && GetCurrentTimestamp() >= listener.paused_until &&
	    StartAccepting())
		listener.paused_until = 0;
	if (announced != ServerConnections() || announced_room != Room())
		HandoverSetRoom(ServerConnections(), Room());
	announced = ServerConnections();
	announced_room = Room();
	if (listener.accept_error != 0 || HandoverRefused() > listener.refused)
		LogOnceAWhile();
}

long
ListenerWait(long wait)
{
	return listener.paused_until != 0 ? Min(wait, PAUSE_MILLISECONDS) : wait;
}

/* The socket, bound and, where `shared`, listening; -1 with errno. */
static int
OpenSocket(const struct addrinfo *address, bool shared)
{
	const int on = 1;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (address->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if ((shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0) ||
	    bind(fd, address->ai_addr, address->ai_addrlen) != 0 ||
	    (shared && listen(fd, BACKLOG) != 0))
	{
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static struct addrinfo *
Resolve(const char *entry)
{
	const char *host = strcmp(entry, HTTP_ALL_ADDRESSES) == 0 ? NULL : entry;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *found = NULL;
	char port[8];
	int failure;

	snprintf(port, sizeof(port), "%d", http_port);
	failure = getaddrinfo(host, port, &hints, &found);
	if (failure != 0)
		ereport(LOG, (errmsg("dynamo could not look up the HTTP address \"%s\": %s", entry,
		                     gai_strerror(failure))));
	return failure == 0 ? found : NULL;
}

static bool
LogBindFailure(const char *host)
{
	static int told = 0; /* attempts go on, but the log need not */
	bool taken = errno == EADDRINUSE;
	/* A machine without IPv6 has no ::1; that is no reason to complain. */
	int level = errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT || errno == told ? DEBUG1 : LOG;

	told = errno;
	ereport(level,
	        (errcode_for_socket_access(),
	         errmsg("dynamo could not listen on \"%s\" port %d: %m", host, http_port),
	         taken ? errhint("Is another server on this port? Set dynamo.http_port to a free one.")
	               : 0));
	return taken;
}

/* What localhost is said to be is not always this machine alone. */
static bool
MayListenOn(const char *entry, const struct sockaddr *address)
{
	return HttpAddressIsLoopback(address) ||
	       (pg_strcasecmp(entry, "localhost") != 0 && ExposureLacks() == NULL);
}

/* Opens a socket for each address of the entry; false where one is taken. */
static bool
OpenEntry(const char *host, bool shared, int *fds, int *count)
{
	struct addrinfo *found = Resolve(host);
	bool taken = false;

	for (struct addrinfo *at = found; at != NULL && !taken; at = at->ai_next)
	{
		int fd;

		if (*count >= MAX_SOCKETS || !MayListenOn(host, at->ai_addr))
			continue;
		fd = OpenSocket(at, shared);
		if (fd >= 0)
			fds[(*count)++] = fd;
		else
			taken = LogBindFailure(host);
	}
	if (found != NULL)
		freeaddrinfo(found);
	return !taken;
}

/* Where nothing may come from the network, one that it cannot reach. */
static const char *
EntryToListenOn(const char *before, bool only_loopback)
{
	const char *entry = HttpListenEntry(before);

	while (entry != NULL && only_loopback && !HttpEntryIsLoopback(entry))
		entry = HttpListenEntry(entry);
	return entry;
}

/* This machine at least can reach it. */
static bool
OpenAll(bool shared, int *fds, int *count)
{
	bool only_loopback = ExposureIsRefused();
	const char *entry = EntryToListenOn(NULL, only_loopback);
	bool opened = true;

	*count = 0;
	if (entry == NULL)
		opened = OpenEntry("localhost", shared, fds, count);
	for (; entry != NULL && opened; entry = EntryToListenOn(entry, only_loopback))
		opened = OpenEntry(entry, shared, fds, count);
	return opened && *count > 0;
}

static void
CloseAll(int *fds, int count)
{
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

static void
LogRefusedExposure(void)
{
	static bool told = false;

	if (!told && ExposureIsRefused())
		ereport(LOG, (errcode(ERRCODE_CONFIG_FILE_ERROR),
		              errmsg("dynamo does not listen beyond loopback: %s", ExposureLacks()),
		              errdetail("dynamo.http_listen_addresses is \"%s\".", http_listen_addresses),
		              errhint("See docs/security.md, \"Beyond this machine\".")));
	told = true;
}

static bool
ClaimPort(void)
{
	int fds[MAX_SOCKETS];
	int count;

	LWLockAcquire(http_shared->lock, LW_EXCLUSIVE);
	if (!http_shared->port_claimed)
	{
		LogRefusedExposure();
		http_shared->port_claimed = OpenAll(false, fds, &count);
		CloseAll(fds, count);
	}
	LWLockRelease(http_shared->lock);
	return http_shared->port_claimed;
}

/* PostgreSQL counts on its own share of file descriptors; connections come on top. */
static void
RaiseFileLimit(void)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t) max_safe_fds + http_max_connections + 64;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = Min(wanted, limit.rlim_max);
	setrlimit(RLIMIT_NOFILE, &limit);
}

bool
ListenerOpen(int worker)
{
	int fds[MAX_SOCKETS];
	int count;

	if (!ServerIsReady() || !ClaimPort())
		return false;
	if (!OpenAll(true, fds, &count))
	{
		CloseAll(fds, count);
		return false;
	}

	RaiseFileLimit();
	for (int i = 0; i < count; i++)
		listener.sockets[i] = (Watch){ .fd = fds[i], .what = WATCH_INPUT, .ready = OnReady };
	listener.count = count;
	listener.refused = HandoverRefused();
	HandoverStart(worker, TakeConnection);
	HandoverSetRoom(0, Room());
	StartAccepting();
	return true;
}

void
ListenerClose(void)
{
	if (listener.count == 0)
		return;
	HandoverSetRoom(0, 0);
	StopAccepting();
	for (int i = 0; i < listener.count; i++)
	{
		int fd;

		while ((fd = Accept(listener.sockets[i].fd)) >= 0)
			HandoverGive(fd);
		close(listener.sockets[i].fd);
	}
	listener.count = 0;
}

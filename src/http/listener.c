/*
 * Listening sockets and the bound on connections.
 *
 * With SO_REUSEPORT any process of our user could share the port by mistake and
 * take a part of the requests, another cluster for example. So before the first
 * worker of a server listens it binds without SO_REUSEPORT, which fails where
 * anybody listens there; http_shared->port_claimed keeps what it found.
 */
#include "http/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "miscadmin.h"
#include "storage/fd.h"

#include "http/settings.h"
#include "http/shared.h"

#define MAX_SOCKETS 16
#define ACCEPTS_A_TURN 32 /* leaves time for the connections that are there */
#define BACKLOG 1024

typedef struct Listener
{
	h2o_accept_ctx_t accept;
	int count;
	h2o_socket_t *sockets[MAX_SOCKETS];
	int connections;
	int accept_error; /* errno not yet logged */
	h2o_timeout_entry_t resume;
} Listener;

static Listener listener;

static void OnAccept(h2o_socket_t *socket, const char *error);

static void
StartAccepting(void)
{
	for (int i = 0; i < listener.count; i++)
	{
		if (!h2o_socket_is_reading(listener.sockets[i]))
			h2o_socket_read_start(listener.sockets[i], OnAccept);
	}
}

static void
StopAccepting(void)
{
	for (int i = 0; i < listener.count; i++)
	{
		if (h2o_socket_is_reading(listener.sockets[i]))
			h2o_socket_read_stop(listener.sockets[i]);
	}
}

static void
OnResume(h2o_timeout_entry_t *entry)
{
	StartAccepting();
}

static void
OnConnectionClosed(void *data)
{
	if (listener.connections-- == http_max_connections && !h2o_timeout_is_linked(&listener.resume))
		StartAccepting();
}

/*
 * A client that takes no data must not hold its answer for ever; libh2o has no
 * timeout for writing.
 */
static void
BoundSending(h2o_socket_t *connection)
{
	unsigned int milliseconds = http_idle_timeout * 1000;

	setsockopt(h2o_socket_get_fd(connection), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds,
	           sizeof(milliseconds));
}

/* Out of file descriptors or memory: the connection waits in the kernel, and so do we. */
static void
PauseAccepting(int error)
{
	listener.accept_error = error;
	StopAccepting();
	if (!h2o_timeout_is_linked(&listener.resume))
		h2o_timeout_link(listener.accept.ctx->loop, &listener.accept.ctx->hundred_ms_timeout,
		                 &listener.resume);
}

static void
OnAccept(h2o_socket_t *socket, const char *error)
{
	for (int i = 0; i < ACCEPTS_A_TURN; i++)
	{
		h2o_socket_t *connection;

		if (listener.connections >= http_max_connections)
		{
			StopAccepting();
			return;
		}
		connection = h2o_evloop_socket_accept(socket);
		if (connection == NULL)
		{
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
				PauseAccepting(errno);
			return;
		}
		listener.connections++;
		connection->on_close.cb = OnConnectionClosed;
		BoundSending(connection);
		h2o_accept(&listener.accept, connection);
	}
}

void
ListenerReport(void)
{
	if (listener.accept_error == 0)
		return;
	errno = listener.accept_error;
	listener.accept_error = 0;
	ereport(LOG, (errcode_for_socket_access(),
	              errmsg("dynamo could not accept an HTTP connection: %m")));
}

/* The socket, bound and, where `shared`, listening; -1 with errno. */
static int
OpenSocket(const struct addrinfo *address, bool shared)
{
	const int on = 1;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

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
Resolve(const char *host)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *found = NULL;
	char port[8];
	int failure;

	snprintf(port, sizeof(port), "%d", http_port);
	failure = getaddrinfo(host, port, &hints, &found);
	if (failure != 0)
		ereport(LOG, (errmsg("dynamo could not look up the HTTP address \"%s\": %s", host,
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

/* Opens a socket for each address of the entry; false where one is taken. */
static bool
OpenEntry(const char *host, bool shared, int *fds, int *count)
{
	struct addrinfo *found = Resolve(host);
	bool taken = false;

	for (struct addrinfo *at = found; at != NULL && !taken; at = at->ai_next)
	{
		int fd;

		/* What localhost is said to be is not always this machine alone. */
		if (*count >= MAX_SOCKETS || !HttpAddressIsLoopback(at->ai_addr))
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

static bool
OpenAll(bool shared, int *fds, int *count)
{
	ListCell *cell;

	*count = 0;
	foreach (cell, HttpAddressList(http_listen_addresses))
	{
		if (!OpenEntry(lfirst(cell), shared, fds, count))
			return false;
	}
	return *count > 0;
}

static void
CloseAll(int *fds, int count)
{
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

static bool
ClaimPort(void)
{
	int fds[MAX_SOCKETS];
	int count;

	LWLockAcquire(http_shared->lock, LW_EXCLUSIVE);
	if (!http_shared->port_claimed)
	{
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
ListenerOpen(h2o_context_t *context, h2o_hostconf_t **hosts)
{
	int fds[MAX_SOCKETS];
	int count;

	if (!ClaimPort())
		return false;
	if (!OpenAll(true, fds, &count))
	{
		CloseAll(fds, count);
		return false;
	}

	RaiseFileLimit();
	listener.accept.ctx = context;
	listener.accept.hosts = hosts;
	listener.resume.cb = OnResume;
	for (int i = 0; i < count; i++)
		listener.sockets[i] =
		    h2o_evloop_socket_create(context->loop, fds[i], H2O_SOCKET_FLAG_DONT_READ);
	listener.count = count;
	StartAccepting();
	return true;
}

void
ListenerClose(void)
{
	h2o_timeout_unlink(&listener.resume);
	for (int i = 0; i < listener.count; i++)
		h2o_socket_close(listener.sockets[i]);
	listener.count = 0;
}

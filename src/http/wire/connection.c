/*
 * Keeps the list of a worker's connections.
 */
#include "http/wire/connection.h"

#include <linux/sockios.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <poll.h>
#include <sys/ioctl.h>

#include "http/tls/credentials.h"
#include "http/tls/tls_session.h"
#include "http/tls/tls_transport.h"
#include "http/wire/clock.h"
#include "http/wire/linger.h"

#define TRIMMED_FROM 256 /* connections */

dlist_head http_connections = DLIST_STATIC_INIT(http_connections);
dlist_head http_ended = DLIST_STATIC_INIT(http_ended);
int http_connection_count = 0;

static dlist_head shaking = DLIST_STATIC_INIT(shaking); /* hands */

static void
OnEnd(Watch *watch)
{
	HttpConnection *connection =
	    (HttpConnection *) ((char *) watch - offsetof(HttpConnection, end));

	connection->ended = true;
	dlist_push_tail(&http_ended, &connection->ended_link);
}

void
ConnectionShakeHands(HttpConnection *connection)
{
	connection->shaking = true;
	dlist_push_tail(&shaking, &connection->shaking_link);
}

static void
EndShaking(HttpConnection *connection)
{
	if (connection->shaking)
		dlist_delete(&connection->shaking_link);
	connection->shaking = false;
}

bool
ConnectionsHaveShaken(void)
{
	bool some = false;
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &shaking)
	{
		HttpConnection *connection = dlist_container(HttpConnection, shaking_link, iter.cur);

		if (!TlsSessionIsOpen(connection->session))
			continue;
		EndShaking(connection);
		some = true;
	}
	return some;
}

bool
ConnectionsAreShaking(void)
{
	return !dlist_is_empty(&shaking);
}

void
ConnectionNextStep(HttpConnection *connection)
{
	connection->since = http_now;
	connection->moved = http_now;
	connection->unsent = -1;
}

bool
HttpClientIsGone(const HttpRequest *request)
{
	struct pollfd look = { .fd = request->connection->fd, .events = POLLRDHUP };

	return poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

HttpConnection *
ConnectionOpen(int fd, const struct sockaddr *client, struct MHD_Connection *wire)
{
	HttpConnection *connection = calloc(1, sizeof(HttpConnection));

	if (connection == NULL)
		return NULL;
	connection->fd = fd;
	connection->client = client;
	connection->wire = wire;
	connection->request.connection = connection;
	connection->end = (Watch){ .fd = fd, .what = WATCH_HANG_UP, .ready = OnEnd };
	if (!WatchAdd(&connection->end))
	{
		free(connection);
		return NULL;
	}
	ConnectionNextStep(connection);
	dlist_push_tail(&http_connections, &connection->link);
	http_connection_count++;
	return connection;
}

/*
 * A connection takes some 30 kB of the library's memory, in pieces that the C library keeps when
 * they are freed. Where most connections have ended it gives their pages back to the system.
 */
static void
GiveMemoryBack(void)
{
	static int most = 0; /* connections since the last time */

	most = Max(most, http_connection_count);
	if (most < TRIMMED_FROM || http_connection_count >= most / 4)
		return;
#ifdef __GLIBC__
	malloc_trim(0);
#endif
	most = http_connection_count;
}

void
ConnectionClose(HttpConnection *connection)
{
	int unread = 0;

	WatchRemove(&connection->end);
	EndShaking(connection);
	if (connection->credentials != NULL)
		CredentialsGiveBack(connection->credentials);
	TlsTransportEnd(connection->transport);
	free(connection->subject);
	ioctl(connection->fd, SIOCINQ, &unread);
	if (!connection->cut && (unread > 0 || (connection->refused && !connection->ended)))
		LingerTake(connection->fd);
	if (connection->ended && !connection->noticed)
		dlist_delete(&connection->ended_link);
	dlist_delete(&connection->link);
	GiveMemoryBack(); /* first: it is to see the most that there were */
	http_connection_count--;
	free(connection);
}

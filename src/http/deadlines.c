/*
 * Looks at all connections now and then. What a client has done since the last look
 * is known from its request or, while it takes an answer, from how much the kernel
 * has left to send; so connections that do nothing cost nothing but the look, and
 * busy ones set a time stamp.
 *
 * A client that makes no progress for dynamo.http_idle_timeout is cut, and so is one
 * that takes longer than dynamo.http_transfer_timeout for a whole body or answer:
 * a byte a second is progress. A head, and the silence before it, has the idle
 * timeout as a whole.
 */
#include "http/deadlines.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <time.h>

#include "http/server.h"
#include "http/settings.h"

#define LOOKS_A_TIMEOUT 8
#define MAX_INTERVAL 5000 /* milliseconds */

uint64 http_now = 0;
static uint64 last_look = 0;

void
DeadlinesTick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	http_now = now.tv_sec * UINT64CONST(1000) + now.tv_nsec / 1000000;
}

void
DeadlinesStart(HttpConnection *connection)
{
	connection->since = http_now;
	connection->moved = http_now;
	connection->unsent = -1;
}

static uint64
Interval(void)
{
	return Min(http_idle_timeout * 1000 / LOOKS_A_TIMEOUT, MAX_INTERVAL);
}

static void
LookAtSending(HttpConnection *connection)
{
	int unsent;

	if (ioctl(connection->fd, SIOCOUTQ, &unsent) != 0 || unsent == connection->unsent)
		return;
	connection->unsent = unsent;
	connection->moved = http_now;
}

static bool
IsLate(HttpConnection *connection)
{
	uint64 idle = http_idle_timeout * UINT64CONST(1000);
	uint64 transfer = http_transfer_timeout * UINT64CONST(1000);

	switch (connection->request.phase)
	{
		case HTTP_NONE:
		case HTTP_HEAD:
			return http_now - connection->since > idle;
		case HTTP_SENDING:
			LookAtSending(connection);
			/* fall through */
		case HTTP_BODY:
			return http_now - connection->moved > idle || http_now - connection->since > transfer;
		case HTTP_WHOLE:
		case HTTP_ANSWERED:
			break;
	}
	return false;
}

void
DeadlinesEnforce(void)
{
	dlist_iter iter;

	if (http_now - last_look < Interval())
		return;
	last_look = http_now;
	dlist_foreach(iter, &http_connections)
	{
		HttpConnection *connection = dlist_container(HttpConnection, link, iter.cur);

		if (IsLate(connection))
			ServerCut(connection);
	}
}

long
DeadlinesWait(long wait)
{
	if (http_connection_count == 0)
		return wait;
	return Min(wait, (long) Interval());
}

/*
 * Looks at all connections now and then. What a client has done since the last look
 * is known from its request or, while it takes an answer, from how much the kernel
 * has left to send; so connections that do nothing cost nothing but the look, and
 * busy ones set a time stamp.
 *
 * A client that makes no progress for dynamo.http_idle_timeout is cut, and so is one
 * that takes longer than dynamo.http_transfer_timeout for a whole body or answer:
 * a byte a second is progress. A head, and the silence before it, has the idle
 * timeout as a whole. While answers fill the memory, clients have less time to take
 * theirs, so that others get some.
 */
#include "http/wire/deadlines.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "http/wire/body.h"
#include "http/wire/clock.h"
#include "http/wire/connection.h"
#include "http/wire/server.h"
#include "http/process/settings.h"

#define LOOKS_A_TIMEOUT 8
/* Milliseconds. */
#define MAX_INTERVAL 5000
#define SCARCE_IDLE 2000
#define SCARCE_TRANSFER 10000

static uint64 last_look = 0;

static uint64
IdleTimeout(void)
{
	uint64 idle = http_idle_timeout * UINT64CONST(1000);

	return BodyMemoryIsScarce() ? Min(idle, SCARCE_IDLE) : idle;
}

static uint64
TransferTimeout(void)
{
	uint64 transfer = http_transfer_timeout * UINT64CONST(1000);

	return BodyMemoryIsScarce() ? Min(transfer, SCARCE_TRANSFER) : transfer;
}

static uint64
TickInterval(void)
{
	return Min(IdleTimeout() / LOOKS_A_TIMEOUT, MAX_INTERVAL);
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

/* A body that waits for memory makes no progress, and is not to blame. */
static bool
IsLate(HttpConnection *connection)
{
	uint64 idle = http_idle_timeout * UINT64CONST(1000);

	switch (connection->request.phase)
	{
		case HTTP_NONE:
		case HTTP_HEAD:
			return http_now - connection->since > idle;
		case HTTP_BODY:
			return (!connection->suspended && http_now - connection->moved > idle) ||
			       http_now - connection->since > http_transfer_timeout * UINT64CONST(1000);
		case HTTP_SENDING:
			LookAtSending(connection);
			return http_now - connection->moved > IdleTimeout() ||
			       http_now - connection->since > TransferTimeout();
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

	if (http_now - last_look < TickInterval())
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
	return Min(wait, (long) TickInterval());
}

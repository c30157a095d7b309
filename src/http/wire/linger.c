/*
 * Reads from closed connections and drops what comes, until their clients close them,
 * or have had their time or their bytes.
 */
#include "http/wire/linger.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/ilist.h"
#include "storage/fd.h"

#include "http/wire/clock.h"
#include "http/process/settings.h"
#include "http/wire/watch.h"

#define MAX_LINGERING 64 /* beyond them the oldest is closed */
#define MAX_MILLISECONDS 10000
#define MAX_BYTES (4 * HTTP_MAX_BODY)
#define READS_A_TURN 16

typedef struct Lingering
{
	Watch watch;
	dlist_node link; /* in lingering, the oldest first */
	uint64 since;
	int64 bytes; /* that it may still send */
} Lingering;

static dlist_head lingering = DLIST_STATIC_INIT(lingering);
static int count = 0;

static void
End(Lingering *one)
{
	WatchRemove(&one->watch);
	close(one->watch.fd);
	dlist_delete(&one->link);
	count--;
	free(one);
}

static void
OnInput(Watch *watch)
{
	static char dropped[64 * 1024];
	Lingering *one = (Lingering *) ((char *) watch - offsetof(Lingering, watch));

	for (int i = 0; i < READS_A_TURN; i++)
	{
		ssize_t got = recv(watch->fd, dropped, sizeof(dropped), MSG_DONTWAIT);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		one->bytes -= got;
		if (got <= 0 || one->bytes <= 0)
		{
			End(one);
			return;
		}
	}
}

void
LingerTake(int fd)
{
	Lingering *one = malloc(sizeof(Lingering));
	int own = one != NULL ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (own < 0)
	{
		free(one);
		return;
	}
	if (count == MAX_LINGERING)
		End(dlist_head_element(Lingering, link, &lingering));
	shutdown(own, SHUT_WR);
	one->watch = (Watch){ .fd = own, .what = WATCH_INPUT, .ready = OnInput };
	one->since = http_now;
	one->bytes = MAX_BYTES;
	dlist_push_tail(&lingering, &one->link);
	count++;
	if (!WatchAdd(&one->watch))
		End(one);
}

void
LingerTurn(void)
{
	while (!dlist_is_empty(&lingering))
	{
		Lingering *oldest = dlist_head_element(Lingering, link, &lingering);

		if (http_now - oldest->since <= MAX_MILLISECONDS)
			break;
		End(oldest);
	}
}

long
LingerWait(long wait)
{
	return count > 0 ? Min(wait, MAX_MILLISECONDS / 4) : wait;
}

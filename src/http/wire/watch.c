/*
 * One epoll set of descriptors and their callbacks.
 */
#include "http/wire/watch.h"

#include <sys/epoll.h>

#include "storage/fd.h"

#define EVENTS_A_TURN 64

static int set = -1;
static struct epoll_event events[EVENTS_A_TURN];
static int pending = 0; /* of events, not called yet; from the end */

void
WatchInit(void)
{
	set = epoll_create1(EPOLL_CLOEXEC);
	if (set < 0)
		ereport(ERROR, (errcode_for_socket_access(),
		                errmsg("dynamo could not get a file descriptor to wait on: %m")));
}

int
WatchDescriptor(void)
{
	return set;
}

bool
WatchAdd(Watch *watch)
{
	static const uint32 masks[] = {
		[WATCH_INPUT] = EPOLLIN | EPOLLRDHUP,
		[WATCH_HANG_UP] = EPOLLRDHUP | EPOLLONESHOT,
	};
	struct epoll_event event = { .events = masks[watch->what], .data.ptr = watch };

	if (!watch->added)
		watch->added = epoll_ctl(set, EPOLL_CTL_ADD, watch->fd, &event) == 0;
	return watch->added;
}

void
WatchRemove(Watch *watch)
{
	if (!watch->added)
		return;
	watch->added = false;
	epoll_ctl(set, EPOLL_CTL_DEL, watch->fd, NULL);
	for (int i = 0; i < pending; i++)
	{
		if (events[i].data.ptr == watch)
			events[i].data.ptr = NULL;
	}
}

void
WatchRun(void)
{
	pending = epoll_wait(set, events, EVENTS_A_TURN, 0);
	while (pending > 0)
	{
		Watch *watch = events[--pending].data.ptr;

		if (watch != NULL)
			watch->ready(watch);
	}
	pending = 0;
}

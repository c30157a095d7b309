/*
 * The workers share one pair of sockets, which the postmaster makes before it forks
 * them: one end to send descriptors into, the other to take them from. The kernel
 * keeps what is sent until a worker with room takes it, whichever that is, also while
 * a worker is started again. Every other process of the server has the two
 * descriptors too, and no use for them.
 *
 * Each worker's room is in its slot, so that a full worker knows whether to send. It
 * may be used up when the connection arrives; then it waits until there is some again.
 */
#include "http/handover.h"

#include <sys/socket.h>
#include <unistd.h>

#include "port/atomics.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

#include "http/wire/linger.h"
#include "http/wire/refusal.h"
#include "http/wire/server.h"
#include "http/process/settings.h"
#include "http/process/shared.h"
#include "http/wire/watch.h"

#define TAKES_A_TURN 16
#define SERVICE_UNAVAILABLE 503

typedef union Passage
{
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
} Passage;

static int ends[2] = { -1, -1 }; /* to send into, to take from */
static HttpWorkerSlot *own_slot;
static uint64 own_refused = 0;
static Watch incoming;
static void (*take_connection)(int fd);

void
HandoverInit(void)
{
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0)
		return;
	ends[0] = ends[1] = -1;
	ereport(LOG, (errcode_for_socket_access(),
	              errmsg("dynamo's HTTP workers cannot pass connections to each other: %m")));
}

/* The descriptor of the next connection, or -1. */
static int
Receive(void)
{
	char byte;
	Passage passage;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = passage.space,
		.msg_controllen = sizeof(passage.space),
	};
	struct cmsghdr *control;
	int fd;

	if (recvmsg(ends[1], &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
		return -1;
	control = CMSG_FIRSTHDR(&message);
	if (control == NULL || control->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

static bool
Send(int fd)
{
	char byte = 0;
	Passage passage;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = passage.space,
		.msg_controllen = sizeof(passage.space),
	};
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);

	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &fd, sizeof(fd));
	return sendmsg(ends[0], &message, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

static void
OnIncoming(Watch *watch)
{
	for (int i = 0; i < TAKES_A_TURN && watch->added; i++)
	{
		int fd = Receive();

		if (fd < 0)
			return;
		take_connection(fd);
	}
}

static void
Leave(int code, Datum argument)
{
	pg_atomic_write_u32(&own_slot->room, 0);
	pg_atomic_write_u32(&own_slot->connections, 0);
}

void
HandoverStart(int worker, void (*take)(int fd))
{
	own_slot = &http_shared->slots[worker];
	take_connection = take;
	incoming = (Watch){ .fd = ends[1], .what = WATCH_INPUT, .ready = OnIncoming };
	on_shmem_exit(Leave, (Datum) 0);
}

void
HandoverSetRoom(int connections, int room)
{
	pg_atomic_write_u32(&own_slot->connections, connections);
	pg_atomic_write_u32(&own_slot->room, room);
	if (room > 0 && incoming.fd >= 0)
		WatchAdd(&incoming);
	else
		WatchRemove(&incoming);
}

static bool
AnyHasRoom(void)
{
	for (int i = 0; i < http_shared->slots_used; i++)
	{
		HttpWorkerSlot *slot = &http_shared->slots[i];

		if (slot != own_slot && pg_atomic_read_u32(&slot->room) > 0)
			return true;
	}
	return false;
}

static void
Refuse(int fd)
{
	own_refused++;
	pg_atomic_fetch_add_u64(&http_shared->refused, 1);
	if (!ServerIsSecure()) /* else a client that has not shaken hands would not understand it */
		RefusalSend(fd, SERVICE_UNAVAILABLE);
	LingerTake(fd);
}

void
HandoverGive(int fd)
{
	if (ends[0] < 0 || !AnyHasRoom() || !Send(fd))
		Refuse(fd);
	close(fd);
}

uint64
HandoverRefused(void)
{
	return own_refused;
}

/*
 * A session asks for the five bytes of a record's head, then for the rest. A read of the socket
 * takes what is there, and what the session has not asked for yet is kept for it. The HTTP library
 * reads a connection again and again until its session says EAGAIN, so that one must mean that
 * nothing is left: neither here nor in the socket. But a session says it, too, when it has read a
 * message of its own, an update of keys: TlsTransportTakeUnread() tells whose sessions have.
 *
 * The HTTP library gives a session the head of an answer, then its body. They are gathered, so that
 * both sides have one record to code and to read. What is gathered the library takes for sent: it
 * does not wait for the socket. So answers are gathered where the socket will take them, whose
 * buffer is empty but for a few bytes: the kernel has room for GATHERED_MOST in any case, which is
 * the least of net.ipv4.tcp_wmem. Should it not take them all the same, the connection ends, since
 * nothing can be sent any more.
 */
#include "http/tls/tls_transport.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/ilist.h"

#define READ_AT_ONCE (16 * 1024)
#define GATHERED_MOST 4096

struct TlsTransport
{
	gnutls_session_t session;
	int fd;
	char *kept; /* was read, and not asked for; malloc'd; NULL: nothing */
	int kept_at;
	int kept_length;
	int unproven; /* bytes sent since the socket's buffer was seen empty */
	bool gathers;
	dlist_node link; /* in gathering, then */
	bool released;   /* the socket no longer holds back what does not fill a packet */
	void *owner;
	bool is_unread;
	dlist_node unread_link; /* in unread, then */
};

static dlist_head gathering = DLIST_STATIC_INIT(gathering);
static dlist_head unread = DLIST_STATIC_INIT(unread);

static ssize_t
TakeKept(TlsTransport *transport, char *data, size_t size)
{
	int length = Min(size, transport->kept_length - transport->kept_at);

	memcpy(data, transport->kept + transport->kept_at, length);
	transport->kept_at += length;
	if (transport->kept_at == transport->kept_length)
	{
		free(transport->kept);
		transport->kept = NULL;
	}
	return length;
}

/* False where there is no memory. */
static bool
Keep(TlsTransport *transport, const char *data, int length)
{
	transport->kept = malloc(length);
	if (transport->kept == NULL)
		return false;
	memcpy(transport->kept, data, length);
	transport->kept_at = 0;
	transport->kept_length = length;
	return true;
}

/* -1 with errno, or how many bytes; 0: the client will send no more. */
static ssize_t
Pull(gnutls_transport_ptr_t pointer, void *data, size_t size)
{
	static char read[READ_AT_ONCE];
	TlsTransport *transport = pointer;
	ssize_t got;

	if (transport->kept != NULL)
		return TakeKept(transport, data, size);
	if (size >= sizeof(read))
		return recv(transport->fd, data, size, MSG_DONTWAIT);
	got = recv(transport->fd, read, sizeof(read), MSG_DONTWAIT);
	if (got <= (ssize_t) size)
	{
		memcpy(data, read, Max(got, 0));
		return got;
	}
	if (!Keep(transport, read + size, got - size))
	{
		errno = ENOMEM;
		return -1;
	}
	memcpy(data, read, size);
	return size;
}

/* Whether there is something to pull. It does not wait, as nothing in a worker does. */
static int
Look(gnutls_transport_ptr_t pointer, unsigned int milliseconds)
{
	TlsTransport *transport = pointer;
	struct pollfd socket = { .fd = transport->fd, .events = POLLIN };

	return transport->kept != NULL ? 1 : poll(&socket, 1, 0);
}

static ssize_t
Push(gnutls_transport_ptr_t pointer, const giovec_t *pieces, int count)
{
	TlsTransport *transport = pointer;
	struct msghdr message = { .msg_iov = unconstify(giovec_t *, pieces), .msg_iovlen = count };
	ssize_t sent = sendmsg(transport->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

	/* More than GATHERED_MOST is as good as any number. */
	if (sent > 0)
		transport->unproven = Min(transport->unproven + sent, 2 * GATHERED_MOST);
	return sent;
}

static int
OnKeyUpdate(gnutls_session_t session, unsigned int type, unsigned int when, unsigned int incoming,
            const gnutls_datum_t *message)
{
	TlsTransport *transport = gnutls_transport_get_ptr(session);

	if (!transport->is_unread)
		dlist_push_tail(&unread, &transport->unread_link);
	transport->is_unread = true;
	return 0;
}

void *
TlsTransportTakeUnread(void)
{
	TlsTransport *transport;

	if (dlist_is_empty(&unread))
		return NULL;
	transport = dlist_container(TlsTransport, unread_link, dlist_pop_head_node(&unread));
	transport->is_unread = false;
	return transport->owner;
}

TlsTransport *
TlsTransportBegin(gnutls_session_t session, int fd, void *owner)
{
	TlsTransport *transport = calloc(1, sizeof(TlsTransport));

	if (transport == NULL)
		return NULL;
	transport->session = session;
	transport->fd = fd;
	transport->owner = owner;
	gnutls_transport_set_ptr(session, transport);
	gnutls_transport_set_pull_function(session, Pull);
	gnutls_transport_set_pull_timeout_function(session, Look);
	gnutls_transport_set_vec_push_function(session, Push);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_KEY_UPDATE, GNUTLS_HOOK_POST,
	                                   OnKeyUpdate);
	return transport;
}

void
TlsTransportEnd(TlsTransport *transport)
{
	if (transport == NULL)
		return;
	if (transport->gathers)
		dlist_delete(&transport->link);
	if (transport->is_unread)
		dlist_delete(&transport->unread_link);
	free(transport->kept);
	free(transport);
}

static bool
HasRoom(TlsTransport *transport, size_t bytes)
{
	int unsent;

	if (bytes > GATHERED_MOST)
		return false;
	if (transport->unproven + bytes <= GATHERED_MOST)
		return true;
	if (ioctl(transport->fd, SIOCOUTQ, &unsent) != 0 || unsent > 0)
		return false;
	transport->unproven = 0;
	return true;
}

void
TlsTransportGather(TlsTransport *transport, size_t bytes)
{
	if (transport->gathers || !HasRoom(transport, bytes))
		return;
	gnutls_record_cork(transport->session);
	transport->gathers = true;
	dlist_push_tail(&gathering, &transport->link);
}

/*
 * Once in a connection the HTTP library tells the socket to hold back what does not fill a packet.
 * It has it sent then when it has given the session the whole answer, which is before it is here.
 */
static void
SendHeldBack(TlsTransport *transport)
{
	int holds = 0;
	socklen_t size = sizeof(holds);
	const int off = 0;

	if (transport->released ||
	    getsockopt(transport->fd, IPPROTO_TCP, TCP_CORK, &holds, &size) != 0 || holds == 0)
		return;
	transport->released = setsockopt(transport->fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off)) == 0;
}

void
TlsTransportFlush(TlsTransport *transport)
{
	if (!transport->gathers)
		return;
	transport->gathers = false;
	dlist_delete(&transport->link);
	if (gnutls_record_uncork(transport->session, 0) < 0)
		shutdown(transport->fd, SHUT_RDWR);
	else
		SendHeldBack(transport);
}

void
TlsTransportsFlush(void)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &gathering)
	{
		TlsTransport *transport = dlist_container(TlsTransport, link, iter.cur);

		if (gnutls_record_check_corked(transport->session) > 0)
			TlsTransportFlush(transport);
	}
}

/*
 * arrivals HOST PORT TLS RATE SECONDS CONNECTIONS FILE: sends the requests of FILE, one after the
 * other, at a fixed rate, whether or not earlier ones have been answered. A request whose time has
 * come waits for a free connection; its latency counts from when it should have gone. TLS is 0 or 1.
 *
 * A line of FILE is a request: target, date, authorization and body with tabs between. After the last
 * line the first comes again. Prints one line: requests that were due, those that failed (another
 * status than 200, a lost connection, or no answer five seconds after the end), and of the answered
 * ones p50, p99, p99.9 and the longest latency in microseconds.
 *
 * arrivals flush FILE SECONDS: writes a page and flushes it, again and again. Prints how often, and
 * p50, p99 and p99.9 of the time that took, in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>

#define MAX_EVENTS 256
#define HEAD_SIZE 4096
#define GRACE 5.0 /* seconds */
#define PAGE 8192
#define MAX_FLUSHES 1000000

typedef struct Request
{
	char *text;
	size_t length;
} Request;

typedef enum
{
	FREE,
	SENDING,
	RECEIVING
} Phase;

typedef struct Connection
{
	int socket;
	SSL *ssl; /* NULL: without TLS */
	Phase phase;
	bool lost;
	double due; /* of the request under way */
	const Request *request;
	size_t sent;
	char head[HEAD_SIZE];
	size_t head_length; /* 0 again when the head has been read */
	long long body_left;
	int status;
	uint32_t wanted; /* epoll's events */
} Connection;

static Request *requests;
static size_t request_count;
static Connection *connections;
static Connection **idle;
static int idle_count, live_count;
static int poller;
static double *latencies;
static size_t answered, failed;

static void
Fail(const char *what)
{
	fprintf(stderr, "arrivals: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double
Now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* --- requests --- */

static void
AddRequest(char *line, const char *host)
{
	char *fields[4];
	Request *request;

	for (int i = 0; i < 4; i++)
	{
		fields[i] = i < 3 ? strsep(&line, "\t") : line;
		if (fields[i] == NULL)
			Fail("a line of the file has too few fields");
	}
	if ((request_count & (request_count - 1)) == 0)
	{
		size_t room = request_count == 0 ? 1 : request_count * 2;

		requests = realloc(requests, room * sizeof(Request));
		if (requests == NULL)
			Fail("memory");
	}
	request = &requests[request_count++];
	request->length = asprintf(
	    &request->text,
	    "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: %s\r\n"
	    "X-Amz-Date: %s\r\nAuthorization: %s\r\nContent-Length: %zu\r\n\r\n%s",
	    host, fields[0], fields[1], fields[2], strlen(fields[3]), fields[3]);
}

static void
ReadRequests(const char *name, const char *host)
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (file == NULL)
		Fail(name);
	while ((length = getline(&line, &room, file)) > 0)
	{
		line[length - 1] = '\0';
		AddRequest(line, host);
	}
	free(line);
	fclose(file);
	if (request_count == 0)
		Fail("the file has no requests");
}

/* --- connections --- */

static void
Want(Connection *connection, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = connection };

	if (connection->wanted == events)
		return;
	if (epoll_ctl(poller, connection->wanted == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
	              connection->socket, &event) != 0)
		Fail("epoll_ctl");
	connection->wanted = events;
}

static void
Open(Connection *connection, const struct sockaddr_in *address, SSL_CTX *tls, const char *host)
{
	int on = 1;

	connection->socket = socket(AF_INET, SOCK_STREAM, 0);
	if (connection->socket < 0 ||
	    connect(connection->socket, (const struct sockaddr *) address, sizeof(*address)) != 0)
		Fail("connect");
	setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (tls != NULL)
	{
		connection->ssl = SSL_new(tls);
		SSL_set_fd(connection->ssl, connection->socket);
		SSL_set_tlsext_host_name(connection->ssl, host);
		if (SSL_connect(connection->ssl) != 1)
			Fail("TLS");
	}
	if (fcntl(connection->socket, F_SETFL, O_NONBLOCK) != 0)
		Fail("fcntl");
	Want(connection, EPOLLIN);
	idle[idle_count++] = connection;
	live_count++;
}

static void
Lose(Connection *connection)
{
	if (connection->phase != FREE)
		failed++;
	connection->lost = true;
	close(connection->socket);
	live_count--;
	for (int i = 0; i < idle_count; i++)
		if (idle[i] == connection)
			idle[i--] = idle[--idle_count];
}

/* Bytes, 0 where none can be had or taken now, -1 where the connection is lost. */
static ssize_t
Transfer(Connection *connection, void *bytes, size_t count, bool sends)
{
	ssize_t done;

	if (connection->ssl != NULL)
	{
		int error;

		done = sends ? SSL_write(connection->ssl, bytes, (int) count)
		             : SSL_read(connection->ssl, bytes, (int) count);
		if (done > 0)
			return done;
		error = SSL_get_error(connection->ssl, (int) done);
		return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
	}
	done = sends ? send(connection->socket, bytes, count, MSG_NOSIGNAL)
	             : recv(connection->socket, bytes, count, 0);
	if (done > 0)
		return done;
	return done < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* --- a request and its answer --- */

static void
Send(Connection *connection)
{
	const Request *request = connection->request;
	ssize_t done;

	done = Transfer(connection, request->text + connection->sent, request->length - connection->sent,
	                true);
	if (done < 0)
	{
		Lose(connection);
		return;
	}
	connection->sent += done;
	if (connection->sent == request->length)
	{
		connection->phase = RECEIVING;
		connection->head_length = 0;
		connection->body_left = -1;
	}
	Want(connection, connection->phase == SENDING ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void
Finish(Connection *connection)
{
	if (connection->status == 200)
		latencies[answered++] = Now() - connection->due;
	else
		failed++;
	connection->phase = FREE;
	idle[idle_count++] = connection;
}

/* False where the head is none. */
static bool
TakeHead(Connection *connection)
{
	char *end = memmem(connection->head, connection->head_length, "\r\n\r\n", 4);
	char *length;

	if (end == NULL)
		return connection->head_length < HEAD_SIZE - 1;
	*end = '\0';
	length = strcasestr(connection->head, "\r\nContent-Length:");
	if (length == NULL || strncmp(connection->head, "HTTP/1.1 ", 9) != 0)
		return false;
	connection->status = atoi(connection->head + 9);
	connection->body_left =
	    atoll(length + 17) - (connection->head_length - (end + 4 - connection->head));
	return connection->body_left >= 0;
}

static void
Receive(Connection *connection)
{
	static char body[1 << 18];

	do
	{
		bool in_head = connection->body_left < 0;
		char *place = in_head ? connection->head + connection->head_length : body;
		size_t room = in_head ? HEAD_SIZE - 1 - connection->head_length : sizeof(body);
		ssize_t done = Transfer(connection, place, room, false);

		if (done == 0)
			return;
		if (done < 0 || connection->phase != RECEIVING)
		{
			Lose(connection);
			return;
		}
		if (in_head)
			connection->head_length += done;
		else
			connection->body_left -= done;
		if (in_head && !TakeHead(connection))
		{
			Lose(connection);
			return;
		}
	} while (connection->body_left != 0);
	Finish(connection);
}

/* --- the schedule --- */

static void
Begin(size_t number, double due)
{
	Connection *connection = idle[--idle_count];

	connection->request = &requests[number % request_count];
	connection->due = due;
	connection->sent = 0;
	connection->phase = SENDING;
	Send(connection);
}

static void
Wait(double until)
{
	struct epoll_event events[MAX_EVENTS];
	double left = until - Now();
	struct timespec timeout = { 0 };
	int count;

	if (left > 0)
	{
		timeout.tv_sec = (time_t) left;
		timeout.tv_nsec = (long) ((left - (double) timeout.tv_sec) * 1e9);
	}
	count = epoll_pwait2(poller, events, MAX_EVENTS, &timeout, NULL);
	for (int i = 0; i < count; i++)
	{
		Connection *connection = events[i].data.ptr;

		if (!connection->lost && connection->phase == SENDING)
			Send(connection);
		if (!connection->lost && (events[i].events & ~EPOLLOUT) != 0)
			Receive(connection);
	}
}

static size_t
Run(double rate, double seconds)
{
	size_t all = (size_t) (rate * seconds), begun = 0;
	double start = Now() + 0.01;

	while (answered + failed < all && live_count > 0)
	{
		double now = Now();

		if (now > start + seconds + GRACE)
			break;
		while (begun < all && idle_count > 0 && start + begun / rate <= now)
		{
			Begin(begun, start + begun / rate);
			begun++;
		}
		Wait(begun < all && idle_count > 0 ? start + begun / rate : now + 0.1);
	}
	return all;
}

/* --- figures --- */

static int
Compare(const void *a, const void *b)
{
	double difference = *(const double *) a - *(const double *) b;

	return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static double
Percentile(double share)
{
	return answered == 0 ? 0 : latencies[(size_t) (share * (answered - 1))] * 1e6;
}

static void
PrintPercentiles(void)
{
	qsort(latencies, answered, sizeof(double), Compare);
	printf("%.0f %.0f %.0f %.0f\n", Percentile(0.5), Percentile(0.99), Percentile(0.999),
	       Percentile(1));
}

static int
MeasureFlushes(const char *name, double seconds)
{
	static char page[PAGE];
	int file = open(name, O_RDWR | O_CREAT, 0600);
	double end = Now() + seconds;

	latencies = calloc(MAX_FLUSHES, sizeof(double));
	if (file < 0 || latencies == NULL)
		Fail(name);
	while (answered < MAX_FLUSHES && Now() < end)
	{
		double start = Now();

		if (pwrite(file, page, PAGE, (off_t) (answered % 2048) * PAGE) != PAGE || fdatasync(file) != 0)
			Fail(name);
		latencies[answered++] = Now() - start;
	}
	unlink(name);
	printf("%zu ", answered);
	PrintPercentiles();
	return 0;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	SSL_CTX *tls = NULL;
	char host[300];
	double rate, seconds;
	size_t all;
	int count;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 4 && strcmp(argv[1], "flush") == 0)
		return MeasureFlushes(argv[2], atof(argv[3]));
	if (argc != 8)
	{
		fprintf(stderr, "usage: arrivals HOST PORT TLS RATE SECONDS CONNECTIONS FILE\n");
		return 2;
	}
	address.sin_port = htons(atoi(argv[2]));
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	if (atoi(argv[3]) != 0)
	{
		tls = SSL_CTX_new(TLS_client_method());
		SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	}
	rate = atof(argv[4]);
	seconds = atof(argv[5]);
	count = atoi(argv[6]);
	snprintf(host, sizeof(host), "%s:%s", argv[1], argv[2]);
	ReadRequests(argv[7], host);
	latencies = calloc((size_t) (rate * seconds) + 1, sizeof(double));
	connections = calloc(count, sizeof(Connection));
	idle = calloc(count, sizeof(Connection *));
	poller = epoll_create1(0);
	if (latencies == NULL || connections == NULL || idle == NULL || poller < 0)
		Fail("memory");
	for (int i = 0; i < count; i++)
		Open(&connections[i], &address, tls, argv[1]);
	all = Run(rate, seconds);
	printf("%zu %zu ", all, all - answered);
	PrintPercentiles();
	return 0;
}

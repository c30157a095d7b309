/*
 * static PORT FILE: answers every request on 127.0.0.1:PORT with the bytes of
 * FILE, from memory: what HTTP alone costs with libmicrohttpd on one core. The
 * headers are those of dynamo's answers.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <microhttpd.h>

#define MAX_BODY (1024 * 1024)
#define MAX_CONNECTIONS 20000

static char bytes[MAX_BODY];
static size_t length;

static enum MHD_Result
Send(struct MHD_Connection *connection)
{
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued;

	MHD_set_response_options(response, MHD_RF_SEND_KEEP_ALIVE_HEADER, MHD_RO_END);
	MHD_add_response_header(response, "Server", "Server");
	MHD_add_response_header(response, "Content-Type", "application/x-amz-json-1.0");
	MHD_add_response_header(response, "x-amzn-RequestId",
	                        "0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJ");
	MHD_add_response_header(response, "x-amz-crc32", "1234567890");
	queued = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return queued;
}

/* Called with the head, with each piece of the body, and when the request is whole. */
static enum MHD_Result
OnRequest(void *context, struct MHD_Connection *connection, const char *target, const char *method,
          const char *version, const char *data, size_t *size, void **own)
{
	if (*own == NULL || *size > 0)
	{
		*own = bytes;
		*size = 0;
		return MHD_YES;
	}
	return Send(connection);
}

static int
Listen(int port)
{
	const int on = 1;
	struct sockaddr_in address = { .sin_family = AF_INET,
		                           .sin_port = htons(port),
		                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof(address)) != 0 ||
	    listen(fd, 1024) != 0)
	{
		perror("static");
		exit(1);
	}
	return fd;
}

static void
ReadBody(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (file == NULL || (length = fread(bytes, 1, sizeof(bytes), file)) == 0)
	{
		perror(path);
		exit(1);
	}
	fclose(file);
}

int
main(int argc, char **argv)
{
	struct MHD_Daemon *daemon;

	if (argc != 3)
	{
		fprintf(stderr, "usage: static PORT FILE\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	ReadBody(argv[2]);
	daemon = MHD_start_daemon(
	    MHD_USE_EPOLL, 0, NULL, NULL, OnRequest, NULL, MHD_OPTION_LISTEN_SOCKET,
	    Listen(atoi(argv[1])), MHD_OPTION_CONNECTION_LIMIT, (unsigned int) MAX_CONNECTIONS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) (26 * 1024), MHD_OPTION_END);
	while (daemon != NULL && MHD_run_wait(daemon, -1) == MHD_YES)
		;
	return 1;
}

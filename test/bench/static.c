/*
 * static PORT FILE: answers every request on 127.0.0.1:PORT with the bytes of
 * FILE, from memory: what HTTP alone costs with libh2o on one core. The headers
 * are those of dynamo's answers.
 */
#define H2O_USE_EPOLL 1
#define H2O_USE_LIBUV 0

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <h2o.h>
#include <h2o/http1.h>

#define MAX_BODY (1024 * 1024)

static char bytes[MAX_BODY];
static size_t length;
static h2o_accept_ctx_t acceptor;

static int
Answer(h2o_handler_t *self, h2o_req_t *request)
{
	static h2o_generator_t generator = { NULL, NULL };
	h2o_iovec_t body = h2o_iovec_init(bytes, length);
	h2o_headers_t *headers = &request->res.headers;

	request->res.status = 200;
	request->res.reason = "OK";
	request->res.content_length = length;
	h2o_add_header(&request->pool, headers, H2O_TOKEN_CONTENT_TYPE, "Content-Type",
	               H2O_STRLIT("application/x-amz-json-1.0"));
	h2o_add_header_by_str(&request->pool, headers, H2O_STRLIT("x-amzn-requestid"), 0,
	                      "x-amzn-RequestId",
	                      H2O_STRLIT("0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJ"));
	h2o_add_header_by_str(&request->pool, headers, H2O_STRLIT("x-amz-crc32"), 0, NULL,
	                      H2O_STRLIT("1234567890"));
	h2o_start_response(request, &generator);
	h2o_send(request, &body, 1, H2O_SEND_STATE_FINAL);
	return 0;
}

static void
OnAccept(h2o_socket_t *listener, const char *error)
{
	h2o_socket_t *connection = h2o_evloop_socket_accept(listener);

	if (connection != NULL)
		h2o_accept(&acceptor, connection);
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
	static h2o_globalconf_t config;
	static h2o_context_t context;
	h2o_hostconf_t *host;

	if (argc != 3)
	{
		fprintf(stderr, "usage: static PORT FILE\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	ReadBody(argv[2]);
	h2o_config_init(&config);
	config.server_name = h2o_iovec_init(H2O_STRLIT("Server"));
	host = h2o_config_register_host(&config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
	h2o_create_handler(h2o_config_register_path(host, "/", 0), sizeof(h2o_handler_t))->on_req =
	    Answer;
	h2o_context_init(&context, h2o_evloop_create(), &config);
	acceptor.ctx = &context;
	acceptor.hosts = config.hosts;
	h2o_socket_read_start(
	    h2o_evloop_socket_create(context.loop, Listen(atoi(argv[1])), H2O_SOCKET_FLAG_DONT_READ),
	    OnAccept);
	while (h2o_evloop_run(context.loop, INT32_MAX) == 0)
		;
	return 1;
}

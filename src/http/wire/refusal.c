/*
 * Writes refusals.
 */
#include "http/wire/refusal.h"

#include <sys/socket.h>

#include <libdeflate.h>

#include "http/wire/request.h"

typedef struct Refusal
{
	int status;
	const char *reason;
	const char *text;
} Refusal;

static const Refusal refusals[] = {
	{ 400, "Bad Request", "bad request" },
	{ 413, "Content Too Large", "request entity is too large" },
	{ 501, "Not Implemented", "transfer coding is not known" },
	{ 503, "Service Unavailable", "service unavailable" },
};

static const Refusal *
FindRefusal(int status)
{
	for (int i = 0; i < lengthof(refusals); i++)
	{
		if (refusals[i].status == status)
			return &refusals[i];
	}
	return &refusals[0];
}

int
RefusalWrite(int status, char answer[REFUSAL_SIZE])
{
	const Refusal *refusal = FindRefusal(status);
	int length = strlen(refusal->text);
	char id[HTTP_REQUEST_ID_LENGTH + 1];

	HttpMakeRequestId(id);
	return snprintf(answer, REFUSAL_SIZE,
	                "HTTP/1.1 %d %s\r\n"
	                "Server: Server\r\n"
	                "Connection: close\r\n"
	                "Content-Type: text/plain; charset=utf-8\r\n"
	                "x-amzn-RequestId: %s\r\n"
	                "x-amz-crc32: %u\r\n"
	                "Content-Length: %d\r\n\r\n%s",
	                refusal->status, refusal->reason, id,
	                libdeflate_crc32(0, refusal->text, length), length, refusal->text);
}

void
RefusalSend(int fd, int status)
{
	char answer[REFUSAL_SIZE];
	int size = RefusalWrite(status, answer);

	if (send(fd, answer, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return; /* the client will see the end of the connection */
}

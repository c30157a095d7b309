/*
 * See counting.h.
 */
#include "http/report/counting.h"

#include <netdb.h>
#include <netinet/in.h>

#include "utils/timestamp.h"

#include "http/client/forwarded.h"
#include "metrics/board.h"
#include "metrics/metering.h"

void
CountingArrive(HttpRequest *request)
{
	request->series = SERIES_NONE;
	request->arrived = MetricsAreOn() ? GetCurrentTimestamp() : 0;
}

void
CountingPark(HttpRequest *request, TimestampTz now)
{
	BoardEntry entry = { .role = request->context.identity.role, .since = request->parking.since };
	struct sockaddr_storage storage;
	const struct sockaddr *client = HttpClientAddress(request, &storage);

	if (request->operation == NULL)
		return;
	strlcpy(entry.table, MetricsTableOf(request->series), sizeof(entry.table));
	strlcpy(entry.operation, request->operation->name.data, sizeof(entry.operation));
	strlcpy(entry.request_id, request->id, sizeof(entry.request_id));
	if (client != NULL && (client->sa_family == AF_INET || client->sa_family == AF_INET6))
		(void) getnameinfo(client,
		                   client->sa_family == AF_INET ? sizeof(struct sockaddr_in)
		                                                : sizeof(struct sockaddr_in6),
		                   entry.address, sizeof(entry.address), NULL, 0, NI_NUMERICHOST);
	BoardPut(&entry);
}

/* What was refused before it ran counts on its operation, if it has one. */
static int
SeriesOf(const HttpRequest *request)
{
	MetricsSubject subject = { .operation = "unknown" };

	if (request->series != SERIES_NONE)
		return request->series;
	if (request->operation != NULL)
		subject.operation = request->operation->name.data;
	return MetricsSeries(&subject);
}

void
CountingAnswer(HttpRequest *request)
{
	if (request->arrived == 0)
		return;
	if (request->status >= 400)
		MeteringFailure(SeriesOf(request), request->exception, request->status >= 500);
	else if (request->series != SERIES_NONE)
		MetricsSuccess(request->series, Max(GetCurrentTimestamp() - request->arrived, 0),
		               request->body.len, request->id);
}

/*
 * The metrics are read from shared memory, without a transaction: they can be had also while the
 * database cannot be used. How long that takes is bounded by dynamo.metrics_max_series.
 */
#include "http/monitor/monitor.h"

#include <openssl/crypto.h>

#include "utils/guc.h"

#include "auth/secret/protected_file.h"
#include "http/answer.h"
#include "http/monitor/gauges.h"
#include "http/process/log_limit.h"
#include "http/process/settings.h"

#define MAX_TOKEN 512
#define TEXT_FORMAT "text/plain; version=0.0.4; charset=utf-8"
#define OPEN_METRICS_FORMAT "application/openmetrics-text; version=1.0.0; charset=utf-8"

static char *token_file = "";

void
MonitorInit(void)
{
	DefineCustomStringVariable(
	    "dynamo.metrics_token_file",
	    "File with the token that readers of /metrics send as \"Authorization: Bearer\".",
	    "Without it /metrics is only answered while dynamo.authentication is off.", &token_file, "",
	    PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
}

static void
ReportFile(const char *fault)
{
	static LogLimit limit;
	int64 passed_over;

	if (LogIsDue(&limit, &passed_over))
		ereport(LOG, (errmsg("dynamo cannot read dynamo.metrics_token_file: %s", fault)));
}

static bool
TokenIs(Bytes given)
{
	char token[MAX_TOKEN];
	int length = 0;
	char *fault = ProtectedFileRead(token_file, token, sizeof(token), &length);
	bool same;

	while (fault == NULL && length > 0 && strchr("\r\n\t ", token[length - 1]) != NULL)
		length--;
	same = fault == NULL && length > 0 && given.length == length &&
	       CRYPTO_memcmp(given.data, token, length) == 0;
	explicit_bzero(token, sizeof(token));
	if (fault != NULL)
		ReportFile(fault);
	return same;
}

bool
MonitorIsAllowed(const HttpRequest *request)
{
	static const Bytes scheme = { "Bearer ", 7 };
	Bytes header = HttpHeader(request, "authorization");

	if (token_file[0] == '\0')
		return HttpAuthenticationIsOff();
	if (header.length <= scheme.length ||
	    pg_strncasecmp(header.data, scheme.data, scheme.length) != 0)
		return false;
	return TokenIs((Bytes){ header.data + scheme.length, header.length - scheme.length });
}

/* Whether OpenMetrics is accepted at all, as Prometheus does that knows of it. */
static bool
AcceptsOpenMetrics(const HttpRequest *request)
{
	static const char wanted[] = "application/openmetrics-text";
	Bytes accept = HttpHeader(request, "accept");

	for (int i = 0; i + (int) sizeof(wanted) - 1 <= accept.length; i++)
	{
		if (pg_strncasecmp(accept.data + i, wanted, sizeof(wanted) - 1) == 0)
			return true;
	}
	return false;
}

void
AnswerMetrics(HttpRequest *request)
{
	static const HttpField challenge = { { "WWW-Authenticate", 16 },
		                                 { "Bearer realm=\"metrics\"", 22 } };
	Exposition exposition = { .open_metrics = AcceptsOpenMetrics(request) };

	if (!MonitorIsAllowed(request))
	{
		AnswerStart(request, 401, "text/plain; charset=utf-8");
		request->answer_fields = &challenge;
		request->answer_field_count = 1;
		appendStringInfoString(
		    &request->body, "The metrics are for who has the token of dynamo.metrics_token_file\n");
		return;
	}
	AnswerStart(request, 200, exposition.open_metrics ? OPEN_METRICS_FORMAT : TEXT_FORMAT);
	exposition.out = &request->body;
	ExpositionSeries(&exposition);
	GaugesAppend(&exposition);
	ExpositionEnd(&exposition);
}

/*
 * The routes. A path is compared as it came, without its query.
 */
#include "http/route.h"

#include "http/answer.h"
#include "http/console/console.h"
#include "http/monitor/monitor.h"
#include "http/service.h"

static const struct
{
	const char *method;
	const char *path;
	Route route;
} routes[] = {
	{ "POST", "/", AnswerOperation },      { "GET", "/", AnswerHealth },
	{ "HEAD", "/", AnswerHealth },         { "GET", "/metrics", AnswerMetrics },
	{ "GET", "/health/live", AnswerLive }, { "GET", "/health/ready", AnswerReady },
	{ "OPTIONS", "/", AnswerPreflight },
};

Route
RouteOf(const HttpRequest *request)
{
	for (int i = 0; i < lengthof(routes); i++)
	{
		Assert(strlen(routes[i].path) <= HTTP_MAX_PATH);
		if (HttpMethodIs(request, routes[i].method) && strcmp(request->path, routes[i].path) == 0)
			return routes[i].route;
	}
	if (ConsoleIsAsked(request))
		return AnswerConsole;
	return AnswerUnknownTarget;
}

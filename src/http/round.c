/*
 * Runs the requests that are ready as one round of group commit.
 */
#include "http/round.h"

#include "http/commit.h"
#include "http/execute.h"
#include "http/request.h"
#include "http/response.h"

/* Answers wait in memory for the round's flush; a round that holds more of them ends. */
#define ROUND_MAX_BYTES (16 * 1024 * 1024)

/* Runs requests and moves them to `done`. */
static void
RunRequests(dlist_head *done)
{
	int bytes = 0;

	while (!dlist_is_empty(&http_requests) && bytes < ROUND_MAX_BYTES)
	{
		HttpRequest *request = dlist_head_element(HttpRequest, link, &http_requests);

		HttpExecute(request);
		dlist_delete(&request->link);
		dlist_push_tail(done, &request->link);
		bytes += request->body.len;
	}
	HttpExecuteEnd();
}

bool
HttpRoundRun(h2o_loop_t *loop)
{
	dlist_head done = DLIST_STATIC_INIT(done);

	RunRequests(&done);
	if (!GroupCommitWait())
		return false;
	while (!dlist_is_empty(&done))
	{
		HttpRequest *request = dlist_container(HttpRequest, link, dlist_pop_head_node(&done));

		request->linked = false;
		HttpRespond(request);
	}

	/*
	 * libh2o runs the callbacks of finished writes after its next wait only,
	 * unless it is told to. Here they take up reading again before the loop looks
	 * at its sockets, which saves two system calls for each request.
	 */
	h2o_timeout__do_post_callback(loop);
	return true;
}

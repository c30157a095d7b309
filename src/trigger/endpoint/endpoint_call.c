/*
 * Calls of endpoints by libcurl.
 *
 * libcurl's sockets are in an epoll set of their own, which is one descriptor to wait for beside
 * the latch. Names are looked up in threads of libcurl's: every signal is blocked while libcurl
 * runs, so that its threads begin with all blocked and take none that is the process's.
 *
 * libcurl calls back into this file, and no error may unwind through its frames: what it calls
 * raises none, and takes memory by malloc. The reset callback of the memory context gives that
 * back, after errors too.
 */
#include "trigger/endpoint/endpoint_call.h"

#include <ctype.h>
#include <curl/curl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lib/ilist.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/fd.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "trigger/endpoint/endpoint_address.h"

#define CONNECT_TIMEOUT 10000 /* ms */
#define MAX_CONNECTIONS 64    /* at once, of one worker; further calls wait for one */
#define MAX_KEPT_CONNECTIONS 16
#define MAX_HEADER_BYTES (64 * 1024)
#define MAX_WANTED_BYTES 1024
#define EVENTS_A_TURN 64

struct EndpointCalls
{
	MemoryContext context;
	MemoryContextCallback at_reset;
	CURLM *multi;
	int sockets;    /* epoll */
	int64 timer_at; /* when libcurl wants to be called, in ms of the clock; -1: never */
	dlist_head all;
	dlist_head ended; /* and not given yet */
	int count;
};

struct EndpointCall
{
	dlist_node node;
	dlist_node ended_node;
	bool is_waiting; /* ended, and not given yet */
	EndpointCalls *calls;
	void *tag;
	/* These five are libcurl's and malloc's. */
	CURL *easy; /* NULL: refused before a call */
	struct curl_slist *headers;
	char *wanted_names[ENDPOINT_MAX_WANTED];
	char *wanted[ENDPOINT_MAX_WANTED];
	char *body;
	size_t length;
	size_t room;
	size_t max_answer;
	size_t header_bytes;
	bool too_large;
	bool address_refused;
	bool requested; /* a connection has been made, and the request goes out */
	char curl_error[CURL_ERROR_SIZE];
	char error[CURL_ERROR_SIZE + 64];
	EndpointResult result;
};

static char *ca_file = "";

void
EndpointCallInit(void)
{
	DefineCustomStringVariable("dynamo.endpoint_ca_file",
	                           "File of the certificates that endpoints' servers are verified by.",
	                           "Empty: the system's.", &ca_file, "", PGC_SIGHUP, 0, NULL, NULL,
	                           NULL);
}

/* --- signals and time --- */

static void
BlockSignals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, before);
}

static void
RestoreSignals(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

static int64
Now(void)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	return (int64) INSTR_TIME_GET_MILLISEC(now);
}

/* --- what libcurl calls --- */

static int
WatchSocket(CURL *easy, curl_socket_t socket, int what, void *state, void *known)
{
	EndpointCalls *calls = state;
	struct epoll_event event = { .data.fd = socket };

	if (what == CURL_POLL_REMOVE)
	{
		(void) epoll_ctl(calls->sockets, EPOLL_CTL_DEL, socket, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
	if (epoll_ctl(calls->sockets, EPOLL_CTL_ADD, socket, &event) == 0 ||
	    epoll_ctl(calls->sockets, EPOLL_CTL_MOD, socket, &event) == 0)
		return 0;
	return -1;
}

static int
SetTimer(CURLM *multi, long milliseconds, void *state)
{
	EndpointCalls *calls = state;

	calls->timer_at = milliseconds < 0 ? -1 : Now() + milliseconds;
	return 0;
}

static curl_socket_t
OpenSocket(void *state, curlsocktype purpose, struct curl_sockaddr *address)
{
	EndpointCall *call = state;

	call->address_refused = !EndpointAddressIsAllowed(&address->addr);
	if (call->address_refused)
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A connection that is used again was opened when the setting may have been another. */
static int
BeforeRequest(void *state, char *address, char *local_address, int port, int local_port)
{
	EndpointCall *call = state;

	call->address_refused = !EndpointAddressTextIsAllowed(address);
	call->requested = !call->address_refused;
	return call->address_refused ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool
Reserve(EndpointCall *call, size_t length)
{
	size_t room = Max(call->room, 1024);
	char *body;

	if (length <= call->room)
		return true;
	while (room < length)
		room *= 2;
	body = realloc(call->body, room);
	if (body == NULL)
		return false;
	call->body = body;
	call->room = room;
	return true;
}

static size_t
TakeBody(char *data, size_t size, size_t count, void *state)
{
	EndpointCall *call = state;
	size_t length = size * count;

	if (length > call->max_answer - call->length)
	{
		call->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (!Reserve(call, call->length + length))
		return CURL_WRITEFUNC_ERROR;
	memcpy(call->body + call->length, data, length);
	call->length += length;
	return length;
}

static void
ForgetWanted(EndpointCall *call)
{
	for (int i = 0; i < ENDPOINT_MAX_WANTED; i++)
	{
		free(call->wanted[i]);
		call->wanted[i] = NULL;
	}
}

static void
TakeWanted(EndpointCall *call, int which, const char *value, size_t length)
{
	while (length > 0 && isspace((unsigned char) *value))
	{
		value++;
		length--;
	}
	while (length > 0 && isspace((unsigned char) value[length - 1]))
		length--;
	free(call->wanted[which]);
	call->wanted[which] = length <= MAX_WANTED_BYTES ? strndup(value, length) : NULL;
}

static size_t
TakeHeader(char *data, size_t size, size_t count, void *state)
{
	EndpointCall *call = state;
	size_t length = size * count;
	const char *colon = memchr(data, ':', length);

	call->header_bytes += length;
	if (call->header_bytes > MAX_HEADER_BYTES)
	{
		call->too_large = true;
		return 0;
	}
	if (length > 5 && memcmp(data, "HTTP/", 5) == 0)
		ForgetWanted(call); /* of an answer that another one follows */
	for (int i = 0; colon != NULL && i < ENDPOINT_MAX_WANTED; i++)
	{
		const char *name = call->wanted_names[i];

		if (name != NULL && strlen(name) == colon - data &&
		    pg_strncasecmp(name, data, colon - data) == 0)
			TakeWanted(call, i, colon + 1, data + length - colon - 1);
	}
	return length;
}

/* --- all calls --- */

static void
FreeCall(EndpointCall *call)
{
	if (call->easy != NULL)
	{
		curl_multi_remove_handle(call->calls->multi, call->easy);
		curl_easy_cleanup(call->easy);
	}
	curl_slist_free_all(call->headers);
	ForgetWanted(call);
	for (int i = 0; i < ENDPOINT_MAX_WANTED; i++)
		free(call->wanted_names[i]);
	free(call->body);
}

/* The calls themselves have their memory in the same context. */
static void
FreeAll(void *state)
{
	EndpointCalls *calls = state;
	sigset_t before;
	dlist_iter iter;

	BlockSignals(&before);
	dlist_foreach(iter, &calls->all)
	{
		FreeCall(dlist_container(EndpointCall, node, iter.cur));
	}
	curl_multi_cleanup(calls->multi);
	RestoreSignals(&before);
	close(calls->sockets);
	ReleaseExternalFD();
}

static void
StartLibrary(void)
{
	static bool started = false;
	sigset_t before;
	CURLcode code = CURLE_OK;

	if (started)
		return;
	BlockSignals(&before);
	code = curl_global_init(CURL_GLOBAL_DEFAULT);
	RestoreSignals(&before);
	if (code != CURLE_OK)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
		                errmsg("libcurl could not be started: %s", curl_easy_strerror(code))));
	started = true;
}

static void
OpenSet(EndpointCalls *calls)
{
	if (!AcquireExternalFD())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
		                errmsg("no file descriptor is free for calls of endpoints")));
	calls->sockets = epoll_create1(EPOLL_CLOEXEC);
	if (calls->sockets < 0)
	{
		ReleaseExternalFD();
		ereport(ERROR, (errcode_for_socket_access(),
		                errmsg("dynamo could not get a file descriptor to wait on: %m")));
	}
	calls->multi = curl_multi_init();
	if (calls->multi != NULL)
		return;
	close(calls->sockets);
	ReleaseExternalFD();
	ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

EndpointCalls *
EndpointCallsCreate(MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "calls of endpoints", ALLOCSET_SMALL_SIZES);
	EndpointCalls *calls = MemoryContextAllocZero(own, sizeof(EndpointCalls));

	StartLibrary();
	calls->context = own;
	calls->timer_at = -1;
	dlist_init(&calls->all);
	dlist_init(&calls->ended);
	OpenSet(calls);
	calls->at_reset.func = FreeAll;
	calls->at_reset.arg = calls;
	MemoryContextRegisterResetCallback(own, &calls->at_reset);
	curl_multi_setopt(calls->multi, CURLMOPT_SOCKETFUNCTION, WatchSocket);
	curl_multi_setopt(calls->multi, CURLMOPT_SOCKETDATA, calls);
	curl_multi_setopt(calls->multi, CURLMOPT_TIMERFUNCTION, SetTimer);
	curl_multi_setopt(calls->multi, CURLMOPT_TIMERDATA, calls);
	curl_multi_setopt(calls->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long) MAX_CONNECTIONS);
	curl_multi_setopt(calls->multi, CURLMOPT_MAXCONNECTS, (long) MAX_KEPT_CONNECTIONS);
	return calls;
}

int
EndpointCallsCount(const EndpointCalls *calls)
{
	return calls->count;
}

/* --- one call --- */

static bool
IsUrl(const char *url)
{
	return pg_strncasecmp(url, "https://", 8) == 0 || pg_strncasecmp(url, "http://", 7) == 0;
}

/* Neither may begin another header, or another request. */
static bool
IsHeader(const EndpointHeader *header)
{
	if (header->name[0] == '\0' || header->value[0] == '\0')
		return false;
	for (const char *c = header->name; *c != '\0'; c++)
		if (!isalnum((unsigned char) *c) && strchr("!#$%&'*+-.^_`|~", *c) == NULL)
			return false;
	for (const char *c = header->value; *c != '\0'; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			return false;
	return true;
}

/* What is wrong with the request, a constant; NULL: nothing. */
static const char *
FaultOf(const EndpointRequest *request)
{
	if (!IsUrl(request->url))
		return "the URL does not begin with \"http://\" or \"https://\"";
	for (int i = 0; i < request->header_count; i++)
		if (!IsHeader(&request->headers[i]))
			return "a header's name or value is empty or has characters that it cannot have";
	return NULL;
}

static bool
AddHeader(EndpointCall *call, const char *name, const char *separator, const char *value)
{
	char *line = psprintf("%s%s%s", name, separator, value);
	struct curl_slist *headers = curl_slist_append(call->headers, line);

	explicit_bzero(line, strlen(line));
	pfree(line);
	if (headers == NULL)
		return false;
	call->headers = headers;
	return true;
}

/*
 * Before a large body libcurl sends a header of its own, and waits for an answer to it. An empty
 * one keeps it from that; but libcurl 7.88 signs the empty one, which it does not send. So a signed
 * request has the header, and goes on at once.
 */
static bool
SetHeaders(EndpointCall *call, const EndpointRequest *request)
{
	const EndpointSignature *signature = request->signature;
	bool done = signature != NULL || AddHeader(call, "Expect", ":", "");

	for (int i = 0; i < request->header_count; i++)
		done = done && AddHeader(call, request->headers[i].name, ": ", request->headers[i].value);
	if (signature != NULL && signature->session_token != NULL)
		done = done && AddHeader(call, "x-amz-security-token", ": ", signature->session_token);
	return done && curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers) == CURLE_OK;
}

static bool
SetSignature(EndpointCall *call, const EndpointSignature *signature)
{
	char *provider;

	if (signature == NULL)
		return true;
	provider = psprintf("aws:amz:%s:%s", signature->region, signature->service);
	return curl_easy_setopt(call->easy, CURLOPT_AWS_SIGV4, provider) == CURLE_OK &&
	       curl_easy_setopt(call->easy, CURLOPT_USERNAME, signature->access_key) == CURLE_OK &&
	       curl_easy_setopt(call->easy, CURLOPT_PASSWORD, signature->secret_key) == CURLE_OK;
}

static bool
SetBody(EndpointCall *call, const EndpointRequest *request)
{
	CURL *easy = call->easy;
	const char *body = request->body.length > 0 ? request->body.data : "";

	if (strcmp(request->method, "GET") == 0)
		return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	return curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body.length) ==
	           CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
}

static bool
SetCallbacks(EndpointCall *call)
{
	CURL *easy = call->easy;

	return curl_easy_setopt(easy, CURLOPT_PRIVATE, call) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_error) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, OpenSocket) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, BeforeRequest) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PREREQDATA, call) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, TakeBody) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, call) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, TakeHeader) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERDATA, call) == CURLE_OK;
}

/*
 * An empty proxy is none, also where the environment has one. A thread that looks up a name is not
 * waited for when its call is broken off (QUICK_EXIT).
 */
static bool
SetRules(EndpointCall *call, const EndpointRequest *request)
{
	CURL *easy = call->easy;

	return curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       (ca_file[0] == '\0' || curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) == CURLE_OK) &&
	       curl_easy_setopt(easy, CURLOPT_USERAGENT, "dynamo") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) request->timeout) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	                        (long) Min(request->timeout, CONNECT_TIMEOUT)) == CURLE_OK;
}

static bool
SetWanted(EndpointCall *call, const EndpointRequest *request)
{
	for (int i = 0; i < ENDPOINT_MAX_WANTED; i++)
	{
		if (request->wanted[i] == NULL)
			continue;
		call->wanted_names[i] = strdup(request->wanted[i]);
		if (call->wanted_names[i] == NULL)
			return false;
	}
	return true;
}

/* Under blocked signals. False for want of memory. */
static bool
Begin(EndpointCall *call, const EndpointRequest *request)
{
	call->easy = curl_easy_init();
	return call->easy != NULL && SetWanted(call, request) && SetCallbacks(call) &&
	       SetRules(call, request) &&
	       curl_easy_setopt(call->easy, CURLOPT_URL, request->url) == CURLE_OK &&
	       SetBody(call, request) && SetSignature(call, request->signature) &&
	       SetHeaders(call, request) &&
	       curl_multi_add_handle(call->calls->multi, call->easy) == CURLM_OK;
}

static void
PutAmongEnded(EndpointCall *call)
{
	call->is_waiting = true;
	dlist_push_tail(&call->calls->ended, &call->ended_node);
}

static void
Refuse(EndpointCall *call, const char *fault)
{
	call->result = (EndpointResult){ .outcome = ENDPOINT_REFUSED, .error = fault };
	PutAmongEnded(call);
}

EndpointCall *
EndpointCallStart(EndpointCalls *calls, const EndpointRequest *request, void *tag)
{
	EndpointCall *call = MemoryContextAllocZero(calls->context, sizeof(EndpointCall));
	const char *fault = FaultOf(request);
	sigset_t before;
	bool begun;

	Assert(request->header_count <= ENDPOINT_MAX_HEADERS);
	call->calls = calls;
	call->tag = tag;
	call->max_answer = request->max_answer;
	dlist_push_tail(&calls->all, &call->node);
	calls->count++;
	if (fault != NULL)
	{
		Refuse(call, fault);
		return call;
	}
	BlockSignals(&before);
	begun = Begin(call, request);
	RestoreSignals(&before);
	if (!begun)
	{
		EndpointCallEnd(call);
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
		                errdetail("A call of an endpoint could not be started.")));
	}
	return call;
}

void
EndpointCallEnd(EndpointCall *call)
{
	sigset_t before;

	BlockSignals(&before);
	FreeCall(call);
	RestoreSignals(&before);
	dlist_delete(&call->node);
	if (call->is_waiting)
		dlist_delete(&call->ended_node);
	call->calls->count--;
	pfree(call);
}

void *
EndpointCallTag(const EndpointCall *call)
{
	return call->tag;
}

const EndpointResult *
EndpointCallResult(const EndpointCall *call)
{
	return &call->result;
}

/* --- what has ended --- */

static EndpointOutcome
OutcomeOf(const EndpointCall *call, CURLcode code)
{
	if (code == CURLE_OK)
		return ENDPOINT_ANSWERED;
	if (call->requested) /* libcurl has some of the codes below for answers, too */
		return ENDPOINT_FAILED;
	if (call->address_refused || code == CURLE_UNSUPPORTED_PROTOCOL ||
	    code == CURLE_URL_MALFORMAT || code == CURLE_LOGIN_DENIED)
		return ENDPOINT_REFUSED;
	return ENDPOINT_FAILED;
}

static const char *
ErrorOf(EndpointCall *call, CURLcode code)
{
	const char *text = call->curl_error[0] != '\0' ? call->curl_error : curl_easy_strerror(code);

	if (call->address_refused)
		return "dynamo.endpoint_addresses does not allow the endpoint's address";
	if (call->too_large)
		snprintf(call->error, sizeof(call->error), "the answer is larger than %zu bytes",
		         call->max_answer);
	else
		strlcpy(call->error, text, sizeof(call->error));
	for (char *c = call->error; *c != '\0'; c++)
		if ((unsigned char) *c < ' ')
			*c = ' ';
	return call->error;
}

static void
Finish(EndpointCall *call, CURLcode code)
{
	EndpointResult *result = &call->result;
	long status = 0;

	(void) curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	result->outcome = OutcomeOf(call, code);
	result->status = status;
	if (result->outcome == ENDPOINT_ANSWERED)
	{
		memcpy(result->wanted, call->wanted, sizeof(call->wanted));
		result->body = (Bytes){ call->body, call->length };
	}
	else
	{
		result->error = ErrorOf(call, code);
		result->too_large = call->too_large;
	}
	PutAmongEnded(call);
}

static void
CollectEnded(EndpointCalls *calls)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(calls->multi, &left)) != NULL)
	{
		char *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void) curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		Finish((EndpointCall *) call, message->data.result);
	}
}

/* --- waiting --- */

static void
ActOnSockets(EndpointCalls *calls)
{
	struct epoll_event events[EVENTS_A_TURN];
	int count = epoll_wait(calls->sockets, events, EVENTS_A_TURN, 0);
	int running;

	for (int i = 0; i < count; i++)
	{
		uint32 what = events[i].events;
		int flags = (what & EPOLLIN ? CURL_CSELECT_IN : 0) |
		            (what & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		            (what & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

		(void) curl_multi_socket_action(calls->multi, events[i].data.fd, flags, &running);
	}
}

static void
ActOnTimer(EndpointCalls *calls)
{
	int running;

	if (calls->timer_at < 0 || calls->timer_at > Now())
		return;
	calls->timer_at = -1; /* before: it may be set anew */
	(void) curl_multi_socket_action(calls->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

static void
Act(EndpointCalls *calls)
{
	sigset_t before;

	BlockSignals(&before);
	ActOnSockets(calls);
	ActOnTimer(calls);
	CollectEnded(calls);
	RestoreSignals(&before);
}

/* Milliseconds to the earlier of two times, of which a negative one never comes; -1: neither. */
static long
TimeTo(int64 one, int64 other)
{
	int64 next = one < 0 ? other : other < 0 ? one : Min(one, other);

	return next < 0 ? -1 : Max(0, next - Now());
}

void
EndpointCallsWait(EndpointCalls *calls, long timeout, uint32 wait_event)
{
	int64 end = timeout < 0 ? -1 : Now() + timeout;
	int happened;

	Act(calls);
	do
	{
		long wait = dlist_is_empty(&calls->ended) ? TimeTo(end, calls->timer_at) : 0;
		int wanted =
		    WL_LATCH_SET | WL_SOCKET_READABLE | WL_EXIT_ON_PM_DEATH | (wait >= 0 ? WL_TIMEOUT : 0);

		happened = WaitLatchOrSocket(MyLatch, wanted, calls->sockets, wait, wait_event);
		if (happened & WL_LATCH_SET)
			ResetLatch(MyLatch);
		Act(calls);
	} while (!(happened & WL_LATCH_SET) && dlist_is_empty(&calls->ended) &&
	         (end < 0 || Now() < end));
}

EndpointCall *
EndpointCallsNext(EndpointCalls *calls)
{
	EndpointCall *call;

	if (dlist_is_empty(&calls->ended))
		return NULL;
	call = dlist_container(EndpointCall, ended_node, dlist_pop_head_node(&calls->ended));
	call->is_waiting = false;
	return call;
}

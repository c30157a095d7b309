/*
 * libh2o, as Debian builds it on its own event loop. Included after postgres.h
 * and before the rest, so that the library is configured in one place.
 *
 * libh2o knows nothing of PostgreSQL's errors: a longjmp through its frames
 * would leave its lists half linked. So its callbacks never call anything that
 * can raise an error; they note what happened, and the worker's own loop acts.
 */
#ifndef DYNAMO_HTTP_EVLOOP_H
#define DYNAMO_HTTP_EVLOOP_H

#define H2O_USE_EPOLL 1
#define H2O_USE_LIBUV 0

#include <h2o.h>
#include <h2o/http1.h>

#endif

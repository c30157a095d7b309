/*
 * libmicrohttpd. Included after postgres.h, by the few files that speak to it.
 *
 * The library knows nothing of PostgreSQL's errors: a longjmp through its frames
 * would leave its lists half linked. So its callbacks call nothing that can raise
 * an error, and no request runs inside of them. They note what has come, and the
 * worker's own loop acts.
 */
#ifndef DYNAMO_HTTP_LIBRARY_H
#define DYNAMO_HTTP_LIBRARY_H

#include <microhttpd.h>

#if MHD_VERSION < 0x00097500
#error "dynamo needs libmicrohttpd 0.9.75 or later"
#endif

/* From here on the library itself refuses NUL, a bare CR and folded lines in a head. */
#define LIBRARY_CHECKS_HEADS (MHD_VERSION >= 0x01000000)

#if MHD_VERSION >= 0x01000000
#define STRICT_FOR_CLIENT MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICT_FOR_CLIENT MHD_OPTION_STRICT_FOR_CLIENT
#endif

#endif

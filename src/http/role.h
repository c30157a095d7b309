/*
 * The role that requests run as.
 */
#ifndef DYNAMO_HTTP_ROLE_H
#define DYNAMO_HTTP_ROLE_H

#include "postgres.h"

/*
 * Why no request may run as the session's role, a constant; NULL: it may. In a
 * transaction. ALTER ROLE and GRANT take effect with the next request.
 */
extern const char *HttpRoleUnfitness(void);

/* Logs it with what to do, but not more often than once a minute. */
extern void HttpRoleReport(const char *unfitness);

#endif

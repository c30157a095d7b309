/*
 * The key of session tickets, which the workers share: a client resumes its session at any of them.
 */
#ifndef DYNAMO_HTTP_TICKET_KEY_H
#define DYNAMO_HTTP_TICKET_KEY_H

#include "postgres.h"

#include <gnutls/gnutls.h>

/* At server start. */
extern void TicketKeyInit(void);

/*
 * The workers' key, which is made anew where it is too old, in memory of this file's. Size 0: none
 * could be made, and sessions are not resumed. Raises no error.
 */
extern gnutls_datum_t TicketKey(void);

#endif

/*
 * Client tokens of requests that must take effect once: rows of
 * dynamo.client_request_tokens, of the role that made the request.
 */
#ifndef DYNAMO_CLIENT_TOKEN_H
#define DYNAMO_CLIENT_TOKEN_H

#include "item/value.h"

#define REQUEST_HASH_LENGTH 32

typedef enum TokenStatus
{
	TOKEN_NEW,        /* noted now: known when this transaction has committed */
	TOKEN_KNOWN,      /* with the same request */
	TOKEN_MISMATCH,   /* with another request */
	TOKEN_IN_PROGRESS /* of a transaction that is still running */
} TokenStatus;

/* Looks a token of the role up, and notes it for ten minutes where it is not known. */
extern TokenStatus ClientTokenClaim(Oid role, Bytes token,
                                    const uint8 request_hash[REQUEST_HASH_LENGTH]);

/*
 * Deletes the tokens whose time is over; those that another transaction holds stay.
 * Nothing where the extension is not there.
 */
extern void ClientTokensForgetExpired(void);

#endif

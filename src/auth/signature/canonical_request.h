/*
 * The canonical form of a request, which is what is signed of it.
 */
#ifndef DYNAMO_CANONICAL_REQUEST_H
#define DYNAMO_CANONICAL_REQUEST_H

#include "postgres.h"

#include "lib/stringinfo.h"

#include "auth/signature/signed_request.h"

/*
 * Appends it. `signed_headers` are names in lower case with a semicolon between two. False where
 * they are not in ascending order, as the form wants them, or one is not in the request.
 */
extern bool CanonicalRequestAppend(StringInfo out, const SignedRequest *request,
                                   Bytes signed_headers);

#endif

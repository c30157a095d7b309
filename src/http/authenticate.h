/*
 * Who asks, as far as a request proves it.
 */
#ifndef DYNAMO_HTTP_AUTHENTICATE_H
#define DYNAMO_HTTP_AUTHENTICATE_H

#include "http/wire/request.h"

/*
 * In a transaction: sets the identity of the request's context, which is the key's that it was
 * signed with for this service, of one that is not signed that of its client's certificate, or
 * dynamo.http_role's where dynamo.authentication lets it through without. Else raises the service's
 * exception. Each attempt at a request asks anew: a key that was revoked while it was parked is
 * refused.
 */
extern void Authenticate(HttpRequest *request, const char *service);

#endif

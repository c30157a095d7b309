/*
 * Content codings, as headers name them.
 */
#ifndef DYNAMO_HTTP_CODING_H
#define DYNAMO_HTTP_CODING_H

#include "item/value.h"

extern bool CodingIsIdentity(Bytes coding);

/* gzip or x-gzip, in any case. */
extern bool CodingIsGzip(Bytes coding);

/* Whether the value of Accept-Encoding takes gzip: RFC 9110, 12.5.3. No data: no such header. */
extern bool CodingAcceptsGzip(Bytes accepted);

#endif

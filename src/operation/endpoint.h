/*
 * The address that the caller reaches this server at, for DescribeEndpoints.
 */
#ifndef DYNAMO_ENDPOINT_H
#define DYNAMO_ENDPOINT_H

#include "item/value.h"

/*
 * Set by the HTTP server to the request's Host before it runs an operation, and
 * to no data after it. Must stay good while the operation runs.
 */
extern void EndpointSetHost(Bytes host);

#endif

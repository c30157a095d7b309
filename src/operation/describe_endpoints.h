/*
 * What DescribeEndpoints tells callers who have not come by an address.
 */
#ifndef DYNAMO_DESCRIBE_ENDPOINTS_H
#define DYNAMO_DESCRIBE_ENDPOINTS_H

/*
 * Set as the library is loaded by the part that listens, if there is one: the first address that
 * the HTTP API listens on, with its port, palloc'd.
 */
extern char *(*listen_address_hook)(void);

#endif

/*
 * The address of a client, as policies are told it.
 */
#ifndef DYNAMO_SOURCE_ADDRESS_H
#define DYNAMO_SOURCE_ADDRESS_H

#include "item/value.h"

struct sockaddr;

/*
 * The text of an address of IPv4 or IPv6, palloc'd; an address of IPv4 is told as one by whichever
 * socket it came. Data NULL where there is none.
 */
extern Bytes SourceAddress(const struct sockaddr *address);

#endif

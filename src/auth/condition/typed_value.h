/*
 * Values of conditions that are more than text: numbers, moments and networks.
 */
#ifndef DYNAMO_POLICY_TYPED_VALUE_H
#define DYNAMO_POLICY_TYPED_VALUE_H

#include "datatype/timestamp.h"

#include "item/value.h"

/* The addresses that begin with the prefix; one address is a network, too. */
typedef struct Network
{
	uint8 address[16]; /* IPv4 as ::ffff:a.b.c.d */
	int prefix;        /* of 128 bits */
} Network;

/*
 * A moment: ISO 8601 as W3C has it ("2027", "2027-05", "2027-05-31", "2027-05-31T12:30Z",
 * "2027-05-31T12:30:59.5+02:00"), or seconds since 1970. Of no zone is UTC. False where the text is
 * none.
 */
extern bool MomentParse(Bytes text, TimestampTz *moment);

/* An address, or one and "/" and the length of a prefix. */
extern bool NetworkParse(Bytes text, Network *network);
/* Whether all of the inner one's addresses are the outer one's. */
extern bool NetworkContains(const Network *outer, const Network *inner);

#endif

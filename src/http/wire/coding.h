/*
 * Content codings, as headers name them.
 */
#ifndef DYNAMO_HTTP_CODING_H
#define DYNAMO_HTTP_CODING_H

#include "item/value.h"

typedef enum Coding
{
	CODING_IDENTITY,
	CODING_GZIP,    /* RFC 1952 */
	CODING_DEFLATE, /* zlib's form: RFC 1950 */
	CODING_UNKNOWN
} Coding;

/* The name, as headers have it, of one that is known. */
extern const char *CodingName(Coding coding);

/* What the value of Content-Encoding names, x-gzip too, in any case. No data: no such header. */
extern Coding CodingOfBody(Bytes named);

/*
 * gzip, deflate or identity, by the value of Accept-Encoding, as the service chooses: the highest
 * weight, then the first in the list. "*" stands for what is not named, gzip first. x-gzip is not
 * known. No data: no such header.
 */
extern Coding CodingAccepted(Bytes accepted);

#endif

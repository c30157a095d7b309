/*
 * A request as its signature covers it, which is as it came: nothing of it is decoded.
 */
#ifndef DYNAMO_SIGNED_REQUEST_H
#define DYNAMO_SIGNED_REQUEST_H

#include "auth/digest.h"

/* A header line. No control character is in it but the tab. */
typedef struct SignedField
{
	Bytes name;
	Bytes value;
} SignedField;

typedef struct SignedRequest
{
	Bytes method;
	Bytes path;  /* of the target, not empty */
	Bytes query; /* behind its question mark; empty where it has none */
	const SignedField *fields;
	int field_count;
	uint8 body_digest[DIGEST_SIZE]; /* SHA-256 of the body, before any coding is undone */
} SignedRequest;

/* Whether a header has the name, which is in lower case. The last letters tell most names apart. */
static inline bool
FieldIsNamed(const SignedField *field, Bytes name)
{
	int at = name.length;

	if (field->name.length != name.length)
		return false;
	while (at > 0 && pg_ascii_tolower((unsigned char) field->name.data[at - 1]) ==
	                     (unsigned char) name.data[at - 1])
		at--;
	return at == 0;
}

/* How many headers have the name, which is in lower case; *first is the value of the first. */
extern int SignedRequestField(const SignedRequest *request, Bytes name, Bytes *first);

#endif

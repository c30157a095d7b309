/*
 * The Authorization header of Signature Version 4, and the time that goes with it.
 */
#ifndef DYNAMO_AUTHORIZATION_H
#define DYNAMO_AUTHORIZATION_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "auth/signature/signature_fault.h"
#include "auth/signature/signature_time.h"
#include "auth/signature/signed_request.h"

/* All of it points into the request's headers. */
typedef struct Authorization
{
	Bytes access_key_id;
	/* The credential scope: date/region/service/terminator, and the whole of it. */
	Bytes date;
	Bytes region;
	Bytes service;
	Bytes terminator;
	Bytes scope;
	Bytes signed_headers;
	Bytes signature;
	TimestampTz time;
	char time_text[SIGNATURE_TIME_LENGTH + 1]; /* as it is signed */
} Authorization;

/*
 * Reads it; what the fault says where it cannot be read, else no fault. The parts are as they
 * came: neither the scope nor the time has been compared with anything.
 */
extern SignatureFault AuthorizationRead(const SignedRequest *request, Authorization *read);

#endif

/*
 * AWS Signature Version 4, as a server checks it: what a request claims, and whether its
 * signature is the key's.
 */
#ifndef DYNAMO_SIGNATURE_H
#define DYNAMO_SIGNATURE_H

#include "auth/key/found_key.h"
#include "auth/signature/signature_fault.h"
#include "auth/signature/signature_time.h"
#include "auth/signature/signed_request.h"

/* What a server takes. */
typedef struct SignatureRules
{
	const char *service;    /* "dynamodb" */
	const char *regions[2]; /* that a scope may name; NULL: no second one */
	TimestampTz now;        /* when the request arrived */
} SignatureRules;

#define MAX_ACCESS_KEY_ID 128

/* What a request says of itself; points into its headers. Nothing of it is proven. */
typedef struct SignatureClaim
{
	Bytes access_key_id; /* letters, digits and '_', at most MAX_ACCESS_KEY_ID */
	Bytes session_token; /* data NULL: none */
	SigningScope scope;
	Bytes scope_text;
	char time[SIGNATURE_TIME_LENGTH + 1];
	Bytes signed_headers;
	Bytes signature;
} SignatureClaim;

/*
 * Reads the claim and checks all that needs no key: the header's form, which headers are signed,
 * the scope, and the time, which may be 15 minutes off. Returns what is wrong.
 */
extern SignatureFault SignatureRead(const SignedRequest *request, const SignatureRules *rules,
                                    SignatureClaim *claim);

/*
 * What the service says of a request whose key has this standing and this signing key. The work
 * is the same whatever the standing is: the signature is computed and compared.
 */
extern SignatureFault SignatureJudge(const SignedRequest *request, const SignatureClaim *claim,
                                     AccessKeyStanding standing,
                                     const uint8 signing_key[SIGNING_KEY_SIZE]);

#endif

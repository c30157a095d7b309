/*
 * The key of a day, a region and a service, by which AWS Signature Version 4 signs.
 */
#ifndef DYNAMO_SIGNING_KEY_H
#define DYNAMO_SIGNING_KEY_H

#include "auth/key/found_key.h"
#include "auth/secret/sealed_secret.h"

/* HMAC(HMAC(HMAC(HMAC("AWS4" secret, date), region), service), "aws4_request"). */
extern void SigningKeyDerive(const Secret *secret, const SigningScope *scope,
                             uint8 key[SIGNING_KEY_SIZE]);

#endif

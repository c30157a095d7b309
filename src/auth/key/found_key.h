/*
 * An access key as it is found for a request that is signed by it.
 */
#ifndef DYNAMO_FOUND_KEY_H
#define DYNAMO_FOUND_KEY_H

#include "auth/identity.h"

#define SIGNING_KEY_SIZE 32

typedef enum AccessKeyStanding
{
	ACCESS_KEY_ACTIVE,
	ACCESS_KEY_UNKNOWN,       /* no such key, or what is stored of it was not sealed for it */
	ACCESS_KEY_INACTIVE,      /* deactivated */
	ACCESS_KEY_EXPIRED,       /* of long-term and of temporary credentials */
	ACCESS_KEY_TOKEN_INVALID, /* the session token is missing, another key's, or not wanted */
	ACCESS_KEY_ROLE_UNFIT,    /* the role may not serve requests now: RoleUnfitness says why */
	ACCESS_KEY_NO_MASTER_KEY  /* the server has not read the master key that it is sealed under */
} AccessKeyStanding;

/* What a signature is made for: the credential scope of the request. */
typedef struct SigningScope
{
	Bytes date; /* yyyymmdd */
	Bytes region;
	Bytes service;
} SigningScope;

typedef struct AccessKey
{
	Identity identity; /* invalid (no role) where the standing is not ACCESS_KEY_ACTIVE */
	/* HMAC(HMAC(HMAC(HMAC("AWS4" secret, date), region), service), "aws4_request") */
	uint8 signing_key[SIGNING_KEY_SIZE];
} AccessKey;

#endif

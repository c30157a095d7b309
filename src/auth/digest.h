/*
 * The two functions of cryptography that signatures and names of keys are made of, by OpenSSL.
 */
#ifndef DYNAMO_DIGEST_H
#define DYNAMO_DIGEST_H

#include "item/value.h"

#define DIGEST_SIZE 32
#define DIGEST_HEX_SIZE 64 /* digits; there is no NUL behind them */

/* SHA-256. Raises an error where OpenSSL fails. */
extern void DigestOf(Bytes bytes, uint8 digest[DIGEST_SIZE]);

/* What is kept between two uses of a key: static memory of who has the key, zero at first. */
typedef struct DigestKey
{
	struct evp_mac_ctx_st *context;
	uint8 key[DIGEST_SIZE];
	bool has_key;
} DigestKey;

/*
 * HMAC-SHA-256 under a key of 32 bytes, at less cost where it is `kept` from the call before.
 * Raises an error where OpenSSL fails.
 */
extern void DigestUnderKey(DigestKey *kept, const uint8 key[DIGEST_SIZE], Bytes bytes,
                           uint8 digest[DIGEST_SIZE]);

/* In lower case, as signatures have it. */
extern void DigestHex(const uint8 digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE]);

#endif

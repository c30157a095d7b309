/*
 * The two functions of cryptography that signatures are made of, by OpenSSL.
 */
#ifndef DYNAMO_SIGNATURE_DIGEST_H
#define DYNAMO_SIGNATURE_DIGEST_H

#include "item/value.h"

#define DIGEST_SIZE 32
#define DIGEST_HEX_SIZE 64 /* digits; there is no NUL behind them */

/* SHA-256. Raises an error where OpenSSL fails. */
extern void DigestOf(Bytes bytes, uint8 digest[DIGEST_SIZE]);

/* HMAC-SHA-256 under a key of 32 bytes. Raises an error where OpenSSL fails. */
extern void DigestUnderKey(const uint8 key[DIGEST_SIZE], Bytes bytes, uint8 digest[DIGEST_SIZE]);

/* In lower case, as signatures have it. */
extern void DigestHex(const uint8 digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE]);

#endif

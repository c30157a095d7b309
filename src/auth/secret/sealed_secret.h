/*
 * Secrets as they are stored: AES-256-GCM under a master key. A sealed secret is a random nonce of
 * 12 bytes, as many bytes as the secret has, and a tag of 16.
 */
#ifndef DYNAMO_SEALED_SECRET_H
#define DYNAMO_SEALED_SECRET_H

#include "auth/secret/master_key.h"
#include "item/value.h"

#define MAX_SECRET_LENGTH 128

/* A secret in the clear, which its holder cleanses by SecretForget. */
typedef struct Secret
{
	int length;
	char text[MAX_SECRET_LENGTH];
} Secret;

/* Random bytes of OpenSSL's generator for secrets. Raises an error where there are none. */
extern void SecretRandom(void *bytes, int length);

/* Palloc'd; opens with the same `binding` alone, which is not part of it. */
extern Bytes SecretSeal(const MasterKey *key, const Secret *secret, Bytes binding);

/* False where it was not sealed under the key, with the binding, or was changed. */
extern bool SecretOpen(const MasterKey *key, Bytes sealed, Bytes binding, Secret *secret);

extern void SecretForget(Secret *secret);

#endif

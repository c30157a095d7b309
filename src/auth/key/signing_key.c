/*
 * Four HMACs, whose keys are cleansed.
 */
#include "auth/key/signing_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define PREFIX "AWS4"

/* The key becomes the HMAC of the text under it. */
static void
Step(uint8 key[SIGNING_KEY_SIZE], int length, Bytes text)
{
	uint8 digest[EVP_MAX_MD_SIZE];
	bool done = HMAC(EVP_sha256(), key, length, (const uint8 *) text.data, text.length, digest,
	                 NULL) != NULL;

	memcpy(key, digest, SIGNING_KEY_SIZE);
	OPENSSL_cleanse(digest, sizeof(digest));
	if (!done)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("OpenSSL made no HMAC of SHA-256")));
}

void
SigningKeyDerive(const Secret *secret, const SigningScope *scope, uint8 key[SIGNING_KEY_SIZE])
{
	uint8 first[sizeof(PREFIX) + MAX_SECRET_LENGTH];
	int length = strlen(PREFIX) + secret->length;

	StaticAssertStmt(sizeof(first) >= SIGNING_KEY_SIZE, "a step writes a key into it");
	memcpy(first, PREFIX, strlen(PREFIX));
	memcpy(first + strlen(PREFIX), secret->text, secret->length);
	Step(first, length, scope->date);
	memcpy(key, first, SIGNING_KEY_SIZE);
	OPENSSL_cleanse(first, sizeof(first));
	Step(key, SIGNING_KEY_SIZE, scope->region);
	Step(key, SIGNING_KEY_SIZE, scope->service);
	Step(key, SIGNING_KEY_SIZE, BYTES_LITERAL("aws4_request"));
}

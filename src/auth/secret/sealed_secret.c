/*
 * OpenSSL's calls for one message. The context is freed on each way out, and cleansed by that.
 */
#include "auth/secret/sealed_secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define NONCE_LENGTH 12
#define TAG_LENGTH 16

void
SecretRandom(void *bytes, int length)
{
	if (RAND_priv_bytes(bytes, length) != 1)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("OpenSSL has no random bytes")));
}

static bool
Encrypt(EVP_CIPHER_CTX *context, const MasterKey *key, const Secret *secret, Bytes binding,
        uint8 *sealed)
{
	uint8 *text = sealed + NONCE_LENGTH;
	int length;

	return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->key, sealed) == 1 &&
	       EVP_EncryptUpdate(context, NULL, &length, (const uint8 *) binding.data,
	                         binding.length) == 1 &&
	       EVP_EncryptUpdate(context, text, &length, (const uint8 *) secret->text,
	                         secret->length) == 1 &&
	       EVP_EncryptFinal_ex(context, text + secret->length, &length) == 1 &&
	       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_LENGTH, text + secret->length) ==
	           1;
}

Bytes
SecretSeal(const MasterKey *key, const Secret *secret, Bytes binding)
{
	int length = NONCE_LENGTH + secret->length + TAG_LENGTH;
	uint8 *sealed = palloc(length);
	EVP_CIPHER_CTX *context;
	bool done;

	SecretRandom(sealed, NONCE_LENGTH);
	context = EVP_CIPHER_CTX_new();
	done = context != NULL && Encrypt(context, key, secret, binding, sealed);
	EVP_CIPHER_CTX_free(context);
	if (!done)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("OpenSSL did not encrypt by AES-256-GCM")));
	return (Bytes){ (const char *) sealed, length };
}

static bool
Decrypt(EVP_CIPHER_CTX *context, const MasterKey *key, Bytes sealed, Bytes binding, Secret *secret)
{
	const uint8 *nonce = (const uint8 *) sealed.data;
	const uint8 *text = nonce + NONCE_LENGTH;
	uint8 *tag = unconstify(uint8 *, text) + secret->length;
	int length;

	return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->key, nonce) == 1 &&
	       EVP_DecryptUpdate(context, NULL, &length, (const uint8 *) binding.data,
	                         binding.length) == 1 &&
	       EVP_DecryptUpdate(context, (uint8 *) secret->text, &length, text, secret->length) == 1 &&
	       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_LENGTH, tag) == 1 &&
	       EVP_DecryptFinal_ex(context, (uint8 *) secret->text + secret->length, &length) == 1;
}

bool
SecretOpen(const MasterKey *key, Bytes sealed, Bytes binding, Secret *secret)
{
	EVP_CIPHER_CTX *context;
	bool done;

	secret->length = sealed.length - NONCE_LENGTH - TAG_LENGTH;
	if (secret->length < 1 || secret->length > MAX_SECRET_LENGTH)
		return false;
	context = EVP_CIPHER_CTX_new();
	done = context != NULL && Decrypt(context, key, sealed, binding, secret);
	EVP_CIPHER_CTX_free(context);
	if (!done)
		SecretForget(secret);
	return done;
}

void
SecretForget(Secret *secret)
{
	OPENSSL_cleanse(secret, sizeof(*secret));
}

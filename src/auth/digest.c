/*
 * SHA-256 and HMAC by contexts that a process makes once: to look up an algorithm
 * takes OpenSSL longer than to run it over a small request.
 */
#include "auth/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "compat.h"

pg_noreturn static void
RaiseFailure(void)
{
	ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
	                errmsg("OpenSSL could not compute an SHA-256")));
}

void
DigestOf(Bytes bytes, uint8 digest[DIGEST_SIZE])
{
	static EVP_MD *algorithm = NULL;
	static EVP_MD_CTX *context = NULL;

	if (algorithm == NULL)
		algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (context == NULL)
		context = EVP_MD_CTX_new();
	if (algorithm == NULL || context == NULL || EVP_DigestInit_ex(context, algorithm, NULL) != 1 ||
	    EVP_DigestUpdate(context, bytes.data, bytes.length) != 1 ||
	    EVP_DigestFinal_ex(context, digest, NULL) != 1)
		RaiseFailure();
}

static EVP_MAC_CTX *
MakeKeyedContext(void)
{
	char name[] = "SHA256";
	OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		                        OSSL_PARAM_construct_end() };
	EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *context = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;

	EVP_MAC_free(algorithm);
	if (context == NULL || EVP_MAC_CTX_set_params(context, parameters) != 1)
	{
		EVP_MAC_CTX_free(context);
		RaiseFailure();
	}
	return context;
}

/* The context has its last key in a form that need not be made again for the same one. */
static bool
Begin(DigestKey *kept, const uint8 key[DIGEST_SIZE])
{
	if (kept->context == NULL)
		kept->context = MakeKeyedContext();
	if (kept->has_key && CRYPTO_memcmp(kept->key, key, DIGEST_SIZE) == 0)
		return EVP_MAC_init(kept->context, NULL, 0, NULL) == 1;
	kept->has_key = EVP_MAC_init(kept->context, key, DIGEST_SIZE, NULL) == 1;
	memcpy(kept->key, key, DIGEST_SIZE);
	return kept->has_key;
}

void
DigestUnderKey(DigestKey *kept, const uint8 key[DIGEST_SIZE], Bytes bytes,
               uint8 digest[DIGEST_SIZE])
{
	size_t length;

	if (!Begin(kept, key) ||
	    EVP_MAC_update(kept->context, (const unsigned char *) bytes.data, bytes.length) != 1 ||
	    EVP_MAC_final(kept->context, digest, &length, DIGEST_SIZE) != 1)
		RaiseFailure();
}

void
DigestHex(const uint8 digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < DIGEST_SIZE; i++)
	{
		*hex++ = digits[digest[i] >> 4];
		*hex++ = digits[digest[i] & 15];
	}
}

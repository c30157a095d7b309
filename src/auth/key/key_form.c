/*
 * Making ids, secrets and tokens, each from OpenSSL's generator for secrets.
 */
#include "auth/key/key_form.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "text/base64.h"

#define ID_LENGTH 20
#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

bool
IsAccessKeyId(Bytes text)
{
	if (text.length < MIN_ACCESS_KEY_ID || text.length > MAX_ACCESS_KEY_ID)
		return false;
	for (int i = 0; i < text.length; i++)
	{
		char c = text.data[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '_')
			return false;
	}
	return true;
}

char *
AccessKeyIdMake(const char *prefix)
{
	int start = strlen(prefix);
	uint8 random[ID_LENGTH];
	char *id = palloc(ID_LENGTH + 1);

	SecretRandom(random, sizeof(random));
	strlcpy(id, prefix, ID_LENGTH + 1);
	for (int i = start; i < ID_LENGTH; i++)
		id[i] = BASE32[random[i] % 32];
	id[ID_LENGTH] = '\0';
	return id;
}

/* 30 bytes are 40 characters of base64. */
void
SecretMake(Secret *secret)
{
	uint8 random[SECRET_LENGTH / 4 * 3];

	SecretRandom(random, sizeof(random));
	(void) Base64Encode((Bytes){ (const char *) random, sizeof(random) }, secret->text);
	secret->length = SECRET_LENGTH;
	OPENSSL_cleanse(random, sizeof(random));
}

char *
SessionTokenMake(void)
{
	uint8 random[SESSION_TOKEN_BYTES];
	char *token = palloc(SESSION_TOKEN_LENGTH + 1);

	SecretRandom(random, sizeof(random));
	*Base64Encode((Bytes){ (const char *) random, sizeof(random) }, token) = '\0';
	OPENSSL_cleanse(random, sizeof(random));
	return token;
}

void
SessionTokenHash(Bytes token, uint8 hash[TOKEN_HASH_LENGTH])
{
	SHA256((const uint8 *) token.data, token.length, hash);
}

/*
 * Judging a known key: what of it changes without a change of its row, time, roles and the token
 * that a request has brought, is judged at each use.
 */
#include "auth/key/access_key.h"

#include <openssl/crypto.h>

#include "utils/timestamp.h"

#include "auth/key/key_use.h"
#include "auth/key/known_key.h"
#include "auth/role_fitness.h"

#define NOTE_MILLISECONDS (60 * 1000) /* between two notes of one key's use in this process */

static bool
TokenFits(const KnownKey *known, Bytes session_token)
{
	uint8 hash[TOKEN_HASH_LENGTH];

	if (session_token.data == NULL || !known->has_token)
		return session_token.data == NULL && !known->has_token;
	if (session_token.length != SESSION_TOKEN_LENGTH)
		return false;
	SessionTokenHash(session_token, hash);
	return CRYPTO_memcmp(hash, known->token_hash, TOKEN_HASH_LENGTH) == 0;
}

static bool
RoleFits(const KnownKey *known)
{
	Oid role = known->key.identity.role;

	if (!known->has_token)
		return SignerUnfitness(role) == NULL;
	return RoleUnfitness(role) == NULL && RoleMayAssume(known->assumed_by, role);
}

static AccessKeyStanding
StandingOf(const KnownKey *known, Bytes session_token)
{
	if (known->stored != ACCESS_KEY_ACTIVE && known->stored != ACCESS_KEY_INACTIVE)
		return known->stored;
	if (!TokenFits(known, session_token))
		return ACCESS_KEY_TOKEN_INVALID;
	if (known->stored == ACCESS_KEY_INACTIVE)
		return ACCESS_KEY_INACTIVE;
	if (known->expires <= GetCurrentTimestamp())
		return ACCESS_KEY_EXPIRED;
	return RoleFits(known) ? ACCESS_KEY_ACTIVE : ACCESS_KEY_ROLE_UNFIT;
}

AccessKeyStanding
AccessKeyFind(Bytes id, Bytes session_token, const SigningScope *scope, const AccessKey **found)
{
	static AccessKey refused;
	KnownKey *known = KnownKeyGet(id, scope);
	AccessKeyStanding standing = StandingOf(known, session_token);

	*found = &known->key;
	if (standing == ACCESS_KEY_ACTIVE)
		return standing;
	memcpy(refused.signing_key, known->key.signing_key, SIGNING_KEY_SIZE);
	*found = &refused;
	return standing;
}

void
AccessKeyUsed(const AccessKey *key)
{
	KnownKey *known =
	    (KnownKey *) ((char *) unconstify(AccessKey *, key) - offsetof(KnownKey, key));
	TimestampTz now = GetCurrentTimestamp();

	if (known->key.identity.access_key_id == NULL ||
	    !TimestampDifferenceExceeds(known->noted, now, NOTE_MILLISECONDS))
		return;
	known->noted = now;
	KeyUseNote(known->key.identity.access_key_id, now);
}

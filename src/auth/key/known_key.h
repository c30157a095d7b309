/*
 * The keys that a process knows, for a day, a region and a service: a bounded cache.
 *
 * Ids that no key has are known too, under a secret of this process's own: to find out that a key
 * is unknown takes the same time, the first time and later, as to find that a signature is wrong.
 */
#ifndef DYNAMO_KNOWN_KEY_H
#define DYNAMO_KNOWN_KEY_H

#include "postgres.h"

#include "lib/ilist.h"

#include "auth/key/found_key.h"
#include "auth/key/key_form.h"

#define KNOWN_KEY_NAME_SIZE 256

typedef struct KnownKey
{
	char name[KNOWN_KEY_NAME_SIZE]; /* "ID/DATE/REGION/SERVICE": the key of the cache */
	dlist_node place;               /* among those that are used, or those of no key */
	MemoryContext memory;           /* what identity points to; NULL: of no key */
	AccessKeyStanding stored;       /* ACCESS_KEY_ACTIVE where only what changes is to be judged */
	TimestampTz expires;
	bool has_token;
	uint8 token_hash[TOKEN_HASH_LENGTH];
	Oid assumed_by;      /* of temporary credentials, or InvalidOid */
	TimestampTz noted;   /* when its last use was noted */
	RoleSession session; /* where identity has one */
	AccessKey key;
} KnownKey;

/*
 * In a transaction. Lives until the next call, which forgets first what was revoked by others, and
 * what the server's master keys no longer open.
 */
extern KnownKey *KnownKeyGet(Bytes access_key_id, const SigningScope *scope);

/* In a transaction: has all processes forget what they know of keys, when it commits. */
extern void KnownKeysInvalidate(void);

#endif

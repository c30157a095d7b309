#include "operation/key_hash.h"

#include "access/xlog.h"
#include "catalog/pg_control.h"
#include "common/hmac.h"
#include "common/sha2.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "item/encoding.h"

PG_FUNCTION_INFO_V1(dynamo_key_hash);

static void
Digest(Bytes table, const char *key, uint8 digest[PG_SHA256_DIGEST_LENGTH])
{
	const uint8 *secret = (const uint8 *) GetMockAuthenticationNonce();
	pg_hmac_ctx *context = pg_hmac_create(PG_SHA256);

	/* A table's name has no NUL. */
	if (context == NULL || pg_hmac_init(context, secret, MOCK_AUTH_NONCE_LEN) < 0 ||
	    pg_hmac_update(context, (const uint8 *) table.data, table.length) < 0 ||
	    pg_hmac_update(context, (const uint8 *) "", 1) < 0 ||
	    pg_hmac_update(context, (const uint8 *) key, strlen(key)) < 0 ||
	    pg_hmac_final(context, digest, PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR, "could not compute the hash of a key");
	pg_hmac_free(context);
}

/* Values that are equal are stored alike, so that a key has one hash however it is spelled. */
void
KeyHash(Bytes table, const AttributeValue *key, char hash[KEY_HASH_LENGTH + 1])
{
	Jsonb *stored = ItemEncode(key);
	char *text = JsonbToCString(NULL, &stored->root, VARSIZE(stored));
	uint8 digest[PG_SHA256_DIGEST_LENGTH];

	Digest(table, text, digest);
	hash[hex_encode((const char *) digest, KEY_HASH_LENGTH / 2, hash)] = '\0';
	pfree(text);
	pfree(stored);
}

/* key_hash(table_name text, key jsonb) returns text */
Datum
dynamo_key_hash(PG_FUNCTION_ARGS)
{
	Bytes table = BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	AttributeValue key;
	char hash[KEY_HASH_LENGTH + 1];

	AttributeMapParse(JsonFromJsonb(PG_GETARG_JSONB_P(1)), &key);
	KeyHash(table, &key, hash);
	PG_RETURN_TEXT_P(cstring_to_text(hash));
}

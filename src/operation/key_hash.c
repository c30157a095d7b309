/*
 * See key_hash.h.
 */
#include "operation/key_hash.h"

#include "access/xlog.h"
#include "catalog/pg_control.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "auth/digest.h"
#include "item/encoding.h"

PG_FUNCTION_INFO_V1(dynamo_key_hash);

/* Of the table's name, which has no NUL, a NUL, and the key. */
static void
HashText(Bytes table, Bytes key, char hash[KEY_HASH_LENGTH + 1])
{
	static DigestKey kept;
	int length = table.length + 1 + key.length;
	char *text = palloc(length);
	uint8 digest[DIGEST_SIZE];

	StaticAssertStmt(MOCK_AUTH_NONCE_LEN == DIGEST_SIZE, "it is the key");
	memcpy(text, table.data, table.length);
	text[table.length] = '\0';
	memcpy(text + table.length + 1, key.data, key.length);
	DigestUnderKey(&kept, (const uint8 *) GetMockAuthenticationNonce(), (Bytes){ text, length },
	               digest);
	hash[hex_encode((const char *) digest, KEY_HASH_LENGTH / 2, hash)] = '\0';
	pfree(text);
}

/* Values that are equal are stored alike, so that a key has one hash however it is spelled. */
void
KeyHash(Bytes table, const AttributeValue *key, char hash[KEY_HASH_LENGTH + 1])
{
	Jsonb *stored = ItemEncode(key);
	char *text = JsonbToCString(NULL, &stored->root, VARSIZE(stored));

	HashText(table, BytesFromCString(text), hash);
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

/*
 * A position is the key attributes in their order, each with its length before it.
 *
 * Sealed, it is encrypted and authenticated in one by HMAC-SHA-256 under the
 * database's secret, in the manner of SIV: the tag is the HMAC of the purpose and
 * the position, and is the nonce too, from which the HMAC makes the bytes that
 * the position is added to. Who has the sealed one learns its length, and whether
 * two are equal. It opens for the same purpose alone, so that no other query can
 * narrow down where it lies.
 */
#include "operation/read/sealed_position.h"

#include "common/hmac.h"
#include "common/sha2.h"
#include "item/encoding.h"
#include "item/number/number.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "storage/index/index_entry.h"
#include "port/pg_bswap.h"
#include "storage/read/position_secret.h"

#define TAG_LENGTH 16
#define MAX_SEALED_LENGTH 20000 /* keys are at most 15 KB together */

void
PositionAppend(StringInfo position, const AttributeValue *value)
{
	char number[NUMBER_TEXT_SIZE];
	Bytes bytes = { value->bytes, value->count };
	uint32 length;

	if (value->type == ATTRIBUTE_N)
		bytes = (Bytes){ number, NumberFormat(value->number, number) };
	length = pg_hton32((uint32) bytes.length);
	appendBinaryStringInfo(position, (const char *) &length, sizeof(length));
	appendBinaryStringInfo(position, bytes.data, bytes.length);
}

Bytes
PositionOfItem(const Table *table, const TableIndex *index, const Jsonb *item)
{
	KeyAttributeList attributes = PositionAttributesOf(table, index);
	StringInfoData position;

	initStringInfo(&position);
	for (int i = 0; i < attributes.count; i++)
	{
		AttributeValue value;

		if (!ItemGetAttribute(item, attributes.attributes[i]->name, &value))
			elog(ERROR, "an indexed item lacks its key attribute \"%.*s\"",
			     BYTES_ARGS(attributes.attributes[i]->name));
		PositionAppend(&position, &value);
	}
	return (Bytes){ position.data, position.len };
}

static bool
TakeBytes(Bytes *rest, uint32 length, Bytes *taken)
{
	if (length > (uint32) rest->length)
		return false;
	*taken = (Bytes){ rest->data, length };
	rest->data += length;
	rest->length -= length;
	return true;
}

/* Unlike PostgreSQL's texts, a key may hold U+0000. */
static bool
IsUtf8(Bytes text)
{
	while (text.length > 0)
	{
		const char *zero = BytesFind(text, '\0');
		int length = zero != NULL ? zero - text.data : text.length;

		if (!pg_verify_mbstr(PG_UTF8, text.data, length, true))
			return false;
		length = Min(length + 1, text.length);
		text.data += length;
		text.length -= length;
	}
	return true;
}

static bool
TakeValue(Bytes *rest, AttributeType type, AttributeValue *value)
{
	Bytes bytes;
	uint32 length;

	if (!TakeBytes(rest, sizeof(uint32), &bytes))
		return false;
	memcpy(&length, bytes.data, sizeof(length));
	if (!TakeBytes(rest, pg_ntoh32(length), &bytes) || bytes.length == 0 ||
	    (type == ATTRIBUTE_S && !IsUtf8(bytes)))
		return false;
	*value = (AttributeValue){ .type = type, .count = bytes.length, .bytes = bytes.data };
	if (type == ATTRIBUTE_N)
		*value = (AttributeValue){ .type = type, .number = NumberParse(bytes) };
	return true;
}

const AttributeValue *
PositionRead(const Table *table, const TableIndex *index, Bytes position)
{
	KeyAttributeList attributes = PositionAttributesOf(table, index);
	AttributeValue *map = palloc0(sizeof(AttributeValue));

	map->type = ATTRIBUTE_M;
	map->attributes = palloc(sizeof(Attribute) * attributes.count);
	for (int i = 0; i < attributes.count; i++)
	{
		Attribute *attribute = &map->attributes[map->count++];

		attribute->name = attributes.attributes[i]->name;
		if (!TakeValue(&position, attributes.attributes[i]->type, &attribute->value))
			return NULL;
	}
	if (position.length > 0)
		return NULL;
	MapNormalise(map);
	return map;
}

/* The HMAC of the parts, each with its length before it. */
static void
Authenticate(Bytes secret, const Bytes *parts, int count, uint8 result[PG_SHA256_DIGEST_LENGTH])
{
	pg_hmac_ctx *context = pg_hmac_create(PG_SHA256);
	bool failed = pg_hmac_init(context, (const uint8 *) secret.data, secret.length) < 0;

	for (int i = 0; i < count; i++)
	{
		uint32 length = pg_hton32((uint32) parts[i].length);

		failed = failed || pg_hmac_update(context, (const uint8 *) &length, sizeof(length)) < 0 ||
		         pg_hmac_update(context, (const uint8 *) parts[i].data, parts[i].length) < 0;
	}
	failed = failed || pg_hmac_final(context, result, PG_SHA256_DIGEST_LENGTH) < 0;
	pg_hmac_free(context);
	if (failed)
		elog(ERROR, "could not compute an HMAC");
}

void
PositionKey(Bytes purpose, uint8 key[PG_SHA256_DIGEST_LENGTH])
{
	Bytes parts[] = { BYTES_LITERAL("key"), purpose };

	Authenticate(PositionSecret(), parts, lengthof(parts), key);
}

static void
MakeTag(Bytes secret, Bytes position, Bytes purpose, char tag[TAG_LENGTH])
{
	Bytes parts[] = { BYTES_LITERAL("tag"), purpose, position };
	uint8 hmac[PG_SHA256_DIGEST_LENGTH];

	Authenticate(secret, parts, lengthof(parts), hmac);
	memcpy(tag, hmac, TAG_LENGTH);
}

/* Encrypts, and decrypts alike. */
static void
AddStream(Bytes secret, char *bytes, int length, const char tag[TAG_LENGTH])
{
	uint8 stream[PG_SHA256_DIGEST_LENGTH];

	for (int i = 0; i < length; i++)
	{
		uint32 block = i / sizeof(stream);
		Bytes parts[] = { BYTES_LITERAL("stream"),
			              { tag, TAG_LENGTH },
			              { (const char *) &block, sizeof(block) } };

		if (i % sizeof(stream) == 0)
			Authenticate(secret, parts, lengthof(parts), stream);
		bytes[i] ^= stream[i % sizeof(stream)];
	}
}

Bytes
PositionSeal(Bytes position, Bytes purpose)
{
	Bytes secret = PositionSecret();
	char *sealed = palloc(TAG_LENGTH + position.length);

	MakeTag(secret, position, purpose, sealed);
	memcpy(sealed + TAG_LENGTH, position.data, position.length);
	AddStream(secret, sealed + TAG_LENGTH, position.length, sealed);
	return (Bytes){ sealed, TAG_LENGTH + position.length };
}

static bool
Unseal(Bytes sealed, Bytes purpose, Bytes *position)
{
	Bytes secret = PositionSecret();
	char *bytes = palloc(sealed.length - TAG_LENGTH);
	char tag[TAG_LENGTH];

	memcpy(bytes, sealed.data + TAG_LENGTH, sealed.length - TAG_LENGTH);
	AddStream(secret, bytes, sealed.length - TAG_LENGTH, sealed.data);
	*position = (Bytes){ bytes, sealed.length - TAG_LENGTH };
	MakeTag(secret, *position, purpose, tag);
	return timingsafe_bcmp(tag, sealed.data, TAG_LENGTH) == 0;
}

bool
PositionUnseal(Bytes sealed, Bytes purpose, Bytes *position)
{
	if (sealed.length < TAG_LENGTH || sealed.length > MAX_SEALED_LENGTH)
		return false;
	return Unseal(sealed, purpose, position) ||
	       (PositionSecretRenew() && Unseal(sealed, purpose, position));
}

/*
 * Key attributes as index columns.
 */
#include "item/key.h"

#include "error/error.h"
#include "item/encoding.h"
#include "text/escape.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/*
 * Between the start of a text that was cut and its hash. U+0001 never stands
 * before U+0003 otherwise, so no whole value can equal a cut one.
 */
static const char cut_mark[] = { 1, 3 };

#define HASH_TEXT_LENGTH (2 * PG_SHA256_DIGEST_LENGTH)

static void
Hash(Bytes bytes, uint8 digest[PG_SHA256_DIGEST_LENGTH])
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	if (context == NULL || pg_cryptohash_init(context) < 0 ||
	    pg_cryptohash_update(context, (const uint8 *) bytes.data, bytes.length) < 0 ||
	    pg_cryptohash_final(context, digest, PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute a SHA-256")));
	pg_cryptohash_free(context);
}

static bool
NeedsTextEscape(Bytes text)
{
	for (int i = 0; i < text.length; i++)
	{
		if ((unsigned char) text.data[i] <= 1)
			return true;
	}
	return false;
}

/* U+0000 as U+0001 U+0001 and U+0001 as U+0001 U+0002. */
static Bytes
EscapeKeyText(Bytes text)
{
	char *escaped;
	char *out;

	if (!NeedsTextEscape(text))
		return text;
	escaped = out = palloc((Size) text.length * 2);
	for (int i = 0; i < text.length; i++)
	{
		char c = text.data[i];

		if ((unsigned char) c <= 1)
			*out++ = 1;
		*out++ = (unsigned char) c <= 1 ? c + 1 : c;
	}
	return (Bytes){ escaped, out - escaped };
}

static Datum
VarlenaDatum(Bytes a, Bytes b)
{
	int size = VARHDRSZ + a.length + b.length;
	char *datum = palloc(size);

	SET_VARSIZE(datum, size);
	if (a.length > 0)
		memcpy(datum + VARHDRSZ, a.data, a.length);
	if (b.length > 0)
		memcpy(datum + VARHDRSZ + a.length, b.data, b.length);
	return PointerGetDatum(datum);
}

static const Bytes nothing = { NULL, 0 };

static Datum
TextColumn(Bytes text, int limit)
{
	char tail[sizeof(cut_mark) + HASH_TEXT_LENGTH];
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	Bytes column = EscapeKeyText(text);

	if (column.length <= limit)
		return VarlenaDatum(column, nothing);
	Hash(text, digest);
	memcpy(tail, cut_mark, sizeof(cut_mark));
	hex_encode((char *) digest, sizeof(digest), tail + sizeof(cut_mark));
	column.length =
	    pg_encoding_mbcliplen(PG_UTF8, column.data, column.length, limit - sizeof(tail));
	return VarlenaDatum(column, (Bytes){ tail, sizeof(tail) });
}

/* A whole value is shorter than `limit` and a cut one exactly as long, so they cannot be equal. */
static Datum
BinaryColumn(Bytes bytes, int limit)
{
	uint8 digest[PG_SHA256_DIGEST_LENGTH];

	if (bytes.length < limit)
		return VarlenaDatum(bytes, nothing);
	Hash(bytes, digest);
	return VarlenaDatum((Bytes){ bytes.data, limit - sizeof(digest) },
	                    (Bytes){ (char *) digest, sizeof(digest) });
}

Datum
KeyColumn(const AttributeValue *value, int limit)
{
	Bytes bytes = { value->bytes, value->count };

	Assert(limit >= MIN_KEY_COLUMN_LIMIT);
	switch (value->type)
	{
		case ATTRIBUTE_S:
			return TextColumn(bytes, limit);
		case ATTRIBUTE_N:
			return NumericGetDatum(value->number);
		case ATTRIBUTE_B:
			return BinaryColumn(bytes, limit);
		default:
			elog(ERROR, "no key can be of type %s", AttributeTypeName(value->type));
	}
}

bool
KeyValueOfItem(const Jsonb *item, Bytes name, AttributeType type, AttributeValue *value)
{
	if (!ItemGetKeyAttribute(item, name, type, value))
		return false;
	return type == ATTRIBUTE_N || (value->count > 0 && value->count <= MAX_PARTITION_KEY_SIZE);
}

bool
KeyColumnOfItem(const Jsonb *item, Bytes name, AttributeType type, int limit, Datum *column)
{
	AttributeValue value;

	if (!KeyValueOfItem(item, name, type, &value))
		return false;
	*column = KeyColumn(&value, limit);
	return true;
}

/*
 * Appends bytes so that memory order is theirs, with anything behind: 0x00 becomes
 * 0x00 0xFF, and 0x00 0x00 ends them.
 */
static void
AppendOrderedBytes(StringInfo out, Bytes bytes)
{
	static const char terminator[] = { 0, 0 };

	for (int i = 0; i < bytes.length; i++)
	{
		appendStringInfoChar(out, bytes.data[i]);
		if (bytes.data[i] == '\0')
			appendStringInfoChar(out, (char) 0xFF);
	}
	appendBinaryStringInfo(out, terminator, sizeof(terminator));
}

static void
AppendOrdered(StringInfo out, const AttributeValue *value)
{
	char number[NUMBER_ORDERED_SIZE];

	if (value->type == ATTRIBUTE_N)
		appendBinaryStringInfo(out, number, NumberOrderedBytes(value->number, number));
	else
		AppendOrderedBytes(out, (Bytes){ value->bytes, value->count });
}

Datum
KeySuffix(const AttributeValue *partition_key, const AttributeValue *sort_key)
{
	StringInfoData key;

	initStringInfo(&key);
	AppendOrdered(&key, partition_key);
	if (sort_key != NULL)
		AppendOrdered(&key, sort_key);
	return BinaryColumn((Bytes){ key.data, key.len }, KEY_SUFFIX_LIMIT);
}

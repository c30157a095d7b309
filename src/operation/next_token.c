/*
 * A token is, in base64, the key attributes of the last item in their order, each
 * with its length before it, behind a digest of them, the statement and its
 * parameters. It holds no secret and gives no right: whoever makes one up has
 * named a position in what the statement reads anyway. At most 15 KB of keys make
 * less than the 32768 characters that a token may have.
 */
#include "operation/next_token.h"

#include "error/error.h"
#include "item/base64.h"
#include "item/encoding.h"
#include "item/number.h"
#include "operation/index_entry.h"
#include "operation/request_hash.h"

#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"

void
NextTokenInvalid(void)
{
	ValidationError("The NextToken is invalid, or of another statement or other parameters");
}

static JsonMember
StringMember(Bytes name, Bytes value)
{
	return (JsonMember){ name, { JSON_NODE_STRING, value.length, { .text = value.data } } };
}

static void
Digest(const JsonNode *request, Bytes position, uint8 digest[REQUEST_HASH_LENGTH])
{
	const JsonNode *parameters = JsonGet(request, "Parameters");
	JsonMember members[3];
	JsonNode bound = { JSON_NODE_OBJECT, 2, { .members = members } };

	members[0] = StringMember(BYTES_LITERAL("Statement"), JsonGetString(request, "Statement"));
	members[1] = StringMember(BYTES_LITERAL("NextToken"), Base64ToText(position));
	if (parameters != NULL)
		members[bound.count++] = (JsonMember){ BYTES_LITERAL("Parameters"), *parameters };
	RequestHash(&bound, digest);
}

static void
AppendValue(StringInfo position, const AttributeValue *value)
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

void
NextTokenWrite(JsonWriter *response, const JsonNode *request, const Table *table,
               const TableIndex *index, const Jsonb *item)
{
	KeyAttributeList attributes = PositionAttributesOf(table, index);
	StringInfoData token;
	Bytes position;

	initStringInfo(&token);
	appendStringInfoSpaces(&token, REQUEST_HASH_LENGTH);
	for (int i = 0; i < attributes.count; i++)
	{
		AttributeValue value;

		if (!ItemGetAttribute(item, attributes.attributes[i]->name, &value))
			elog(ERROR, "an indexed item lacks its key attribute \"%.*s\"",
			     BYTES_ARGS(attributes.attributes[i]->name));
		AppendValue(&token, &value);
	}
	position = (Bytes){ token.data + REQUEST_HASH_LENGTH, token.len - REQUEST_HASH_LENGTH };
	Digest(request, position, (uint8 *) token.data);
	JsonName(response, "NextToken");
	JsonString(response, Base64ToText((Bytes){ token.data, token.len }));
}

static Bytes
TakeBytes(Bytes *rest, uint32 length)
{
	Bytes taken = { rest->data, length };

	if (length > (uint32) rest->length)
		NextTokenInvalid();
	rest->data += length;
	rest->length -= length;
	return taken;
}

/* Unlike PostgreSQL's texts, a key may hold U+0000. */
static bool
IsUtf8(Bytes text)
{
	while (text.length > 0)
	{
		const char *zero = memchr(text.data, '\0', text.length);
		int length = zero != NULL ? zero - text.data : text.length;

		if (!pg_verify_mbstr(PG_UTF8, text.data, length, true))
			return false;
		length = Min(length + 1, text.length);
		text.data += length;
		text.length -= length;
	}
	return true;
}

static AttributeValue
TakeValue(Bytes *rest, AttributeType type)
{
	Bytes bytes = TakeBytes(rest, sizeof(uint32));
	uint32 length;

	memcpy(&length, bytes.data, sizeof(length));
	bytes = TakeBytes(rest, pg_ntoh32(length));
	if (bytes.length == 0 || (type == ATTRIBUTE_S && !IsUtf8(bytes)))
		NextTokenInvalid();
	if (type == ATTRIBUTE_N)
		return (AttributeValue){ .type = type, .number = NumberParse(bytes) };
	return (AttributeValue){ .type = type, .count = bytes.length, .bytes = bytes.data };
}

static void
CheckDigest(const JsonNode *request, Bytes digest, Bytes position)
{
	uint8 expected[REQUEST_HASH_LENGTH];

	Digest(request, position, expected);
	if (memcmp(digest.data, expected, sizeof(expected)) != 0)
		NextTokenInvalid();
}

const AttributeValue *
NextTokenRead(const JsonNode *request, const Table *table, const TableIndex *index)
{
	KeyAttributeList attributes = PositionAttributesOf(table, index);
	AttributeValue *position;
	Bytes rest = JsonGetString(request, "NextToken");
	Bytes digest;

	if (rest.data == NULL)
		return NULL;
	if (Base64Decode(rest, &rest) != NULL)
		NextTokenInvalid();
	digest = TakeBytes(&rest, REQUEST_HASH_LENGTH);
	CheckDigest(request, digest, rest);
	position = palloc0(sizeof(AttributeValue));
	position->type = ATTRIBUTE_M;
	position->attributes = palloc(sizeof(Attribute) * attributes.count);
	for (int i = 0; i < attributes.count; i++)
		position->attributes[position->count++] =
		    (Attribute){ attributes.attributes[i]->name,
			             TakeValue(&rest, attributes.attributes[i]->type) };
	if (rest.length > 0)
		NextTokenInvalid();
	MapNormalise(position);
	return position;
}

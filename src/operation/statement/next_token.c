/*
 * A token is, in base64, the position of the last item behind a digest of it, the
 * statement and its parameters, and the identity that it was given to, and then a checksum,
 * which tells a token of another request from what is none. It gives no right: a caller who
 * makes one up has named a position in what the statement reads anyway. The position of an item
 * that the role must not know is sealed. At most 15 KB of keys make less than the 32768 characters
 * that a token may have.
 */
#include "operation/statement/next_token.h"

#include "error/error.h"
#include "text/base64.h"
#include "operation/request/request_hash.h"
#include "operation/read/sealed_position.h"

#include "port/pg_crc32c.h"

void
NextTokenInvalid(void)
{
	ValidationError(TEXT_TOKEN_INVALID);
}

static JsonMember
NamedString(Bytes name, Bytes value)
{
	return (JsonMember){ name, { JSON_NODE_STRING, value.length, { .text = value.data } } };
}

static void
Digest(const Identity *identity, const Structure *request, Bytes position,
       uint8 digest[REQUEST_HASH_LENGTH])
{
	const JsonNode *parameters = StructureList(request, member_Parameters);
	uint8 own[IDENTITY_DIGEST_LENGTH];
	JsonMember members[4];
	JsonNode bound = { JSON_NODE_OBJECT, 3, { .members = members } };

	IdentityDigest(identity, own);
	members[0] =
	    NamedString(BYTES_LITERAL("Statement"), StructureString(request, member_Statement));
	members[1] = NamedString(BYTES_LITERAL("NextToken"), Base64ToText(position));
	members[2] = NamedString(BYTES_LITERAL("Identity"), (Bytes){ (const char *) own, sizeof(own) });
	if (parameters != NULL)
		members[bound.count++] = (JsonMember){ BYTES_LITERAL("Parameters"), *parameters };
	RequestHash(&bound, digest);
}

/* What a sealed position is good for. */
static Bytes
Purpose(const Identity *identity, const Structure *request)
{
	uint8 *digest = palloc(REQUEST_HASH_LENGTH);

	Digest(identity, request, BYTES_LITERAL(""), digest);
	return (Bytes){ (const char *) digest, REQUEST_HASH_LENGTH };
}

static uint32
Checksum(const char *data, int length)
{
	pg_crc32c checksum;

	INIT_CRC32C(checksum);
	COMP_CRC32C(checksum, data, length);
	FIN_CRC32C(checksum);
	return checksum;
}

void
NextTokenWrite(JsonWriter *response, const Identity *identity, const Structure *request,
               const Table *table, const TableIndex *index, const Jsonb *item, bool sealed)
{
	Bytes position = PositionOfItem(table, index, item);
	uint8 digest[REQUEST_HASH_LENGTH];
	StringInfoData token;
	uint32 checksum;

	if (sealed)
		position = PositionSeal(position, Purpose(identity, request));
	Digest(identity, request, position, digest);
	initStringInfo(&token);
	appendBinaryStringInfo(&token, (const char *) digest, sizeof(digest));
	appendBinaryStringInfo(&token, position.data, position.length);
	checksum = Checksum(token.data, token.len);
	appendBinaryStringInfo(&token, (const char *) &checksum, sizeof(checksum));
	JsonName(response, "NextToken");
	JsonString(response, Base64ToText((Bytes){ token.data, token.len }));
}

static void
CheckDigest(const Identity *identity, const Structure *request, Bytes digest, Bytes position)
{
	uint8 expected[REQUEST_HASH_LENGTH];

	Digest(identity, request, position, expected);
	if (memcmp(digest.data, expected, sizeof(expected)) != 0)
		ValidationError(TEXT_TOKEN_OTHER);
}

/* Takes the checksum off a token's bytes; false where it is another. */
static bool
TakeChecksum(Bytes *token)
{
	uint32 checksum;

	if (token->length < REQUEST_HASH_LENGTH + (int) sizeof(checksum))
		return false;
	token->length -= sizeof(checksum);
	memcpy(&checksum, token->data + token->length, sizeof(checksum));
	return checksum == Checksum(token->data, token->length);
}

/* The position that a token is of, checked against the request; false where there is no token. */
static bool
TokenPosition(const Identity *identity, const Structure *request, Bytes *position)
{
	Bytes token = StructureString(request, member_NextToken);

	if (token.data == NULL)
		return false;
	if (Base64Decode(token, &token) != NULL || !TakeChecksum(&token))
		NextTokenInvalid();
	*position = (Bytes){ token.data + REQUEST_HASH_LENGTH, token.length - REQUEST_HASH_LENGTH };
	CheckDigest(identity, request, token, *position);
	return true;
}

void
NextTokenRefuse(const Identity *identity, const Structure *request)
{
	Bytes position;

	if (TokenPosition(identity, request, &position))
		NextTokenInvalid();
}

const AttributeValue *
NextTokenRead(const Identity *identity, const Structure *request, const Table *table,
              const TableIndex *index)
{
	const AttributeValue *start;
	Bytes position;

	if (!TokenPosition(identity, request, &position))
		return NULL;
	start = PositionRead(table, index, position);
	if (start == NULL && PositionUnseal(position, Purpose(identity, request), &position))
		start = PositionRead(table, index, position);
	if (start == NULL)
		NextTokenInvalid();
	return start;
}

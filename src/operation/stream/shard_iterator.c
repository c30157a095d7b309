/*
 * Reads and writes shard iterators.
 */
#include "operation/stream/shard_iterator.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "common/sha2.h"
#include "utils/timestamp.h"

#include "error/error.h"
#include "text/base64.h"
#include "operation/read/sealed_position.h"
#include "storage/read/position_secret.h"

#define VERSION_PART "|1|"
#define LIFETIME_MILLISECONDS (15 * 60 * 1000)

/* SipHash of 128 bits, made for short texts: cheaper than an HMAC. */
#define TAG_ALGORITHM "SIPHASH"
#define TAG_KEY_LENGTH 16
#define TAG_LENGTH 16

/* In the order of the machine: only servers of the database read it. */
typedef struct IteratorContent
{
	int64 shard;
	uint64 commit;
	uint64 number;
	int64 made;
	uint32 epoch;
	uint32 trim_horizon;
} IteratorContent;

/* The opaque part, before it is text. */
typedef struct SealedIterator
{
	IteratorContent content;
	uint8 tag[TAG_LENGTH];
} SealedIterator;

/* The key of tags, which follows from the database's secret. */
static const uint8 *
Key(void)
{
	static uint8 key[PG_SHA256_DIGEST_LENGTH];
	static uint32 generation = 0;
	uint32 current = PositionSecretGeneration();

	StaticAssertStmt(TAG_KEY_LENGTH <= sizeof(key), "the key is too short");
	if (current != generation)
		PositionKey(BYTES_LITERAL("shard iterators"), key);
	generation = current;
	return key;
}

/* Kept: making one costs more than a tag. */
static EVP_MAC_CTX *
TagContext(void)
{
	static EVP_MAC_CTX *context = NULL;
	size_t length = TAG_LENGTH;
	OSSL_PARAM parameters[] = { OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &length),
		                        OSSL_PARAM_construct_end() };
	EVP_MAC *algorithm;

	if (context != NULL)
		return context;
	algorithm = EVP_MAC_fetch(NULL, TAG_ALGORITHM, NULL);
	context = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;
	EVP_MAC_free(algorithm);
	if (context == NULL || EVP_MAC_CTX_set_params(context, parameters) != 1)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("OpenSSL has no " TAG_ALGORITHM)));
	return context;
}

static void
MakeTag(const Identity *identity, Bytes arn, const IteratorContent *content, uint8 tag[TAG_LENGTH])
{
	EVP_MAC_CTX *context = TagContext();
	uint8 own[IDENTITY_DIGEST_LENGTH];
	size_t length;

	IdentityDigest(identity, own);

	if (EVP_MAC_init(context, Key(), TAG_KEY_LENGTH, NULL) != 1 ||
	    EVP_MAC_update(context, own, sizeof(own)) != 1 ||
	    EVP_MAC_update(context, (const unsigned char *) arn.data, arn.length) != 1 ||
	    EVP_MAC_update(context, (const unsigned char *) content, sizeof(IteratorContent)) != 1 ||
	    EVP_MAC_final(context, tag, &length, TAG_LENGTH) != 1)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("OpenSSL made no " TAG_ALGORITHM)));
}

char *
ShardIteratorText(const Identity *identity, const ShardIterator *iterator)
{
	SealedIterator sealed = { .content = { .shard = iterator->shard,
		                                   .commit = iterator->position.commit,
		                                   .number = iterator->position.number,
		                                   .made = GetCurrentTimestamp(),
		                                   .epoch = iterator->position.epoch,
		                                   .trim_horizon = iterator->trim_horizon } };
	Bytes opaque;

	MakeTag(identity, iterator->arn, &sealed.content, sealed.tag);
	opaque = Base64ToText((Bytes){ (const char *) &sealed, sizeof(sealed) });
	return psprintf("%.*s" VERSION_PART "%.*s", BYTES_ARGS(iterator->arn), BYTES_ARGS(opaque));
}

static bool
HasItsTag(const Identity *identity, Bytes arn, const SealedIterator *sealed)
{
	uint8 tag[TAG_LENGTH];

	MakeTag(identity, arn, &sealed->content, tag);
	return timingsafe_bcmp(tag, sealed->tag, TAG_LENGTH) == 0;
}

pg_noreturn static void
RaiseInvalid(void)
{
	ValidationError(TEXT_SHARD_ITERATOR_INVALID);
}

pg_noreturn static void
RaiseExpired(TimestampTz made, TimestampTz now)
{
	char *then = pstrdup(timestamptz_to_str(made));

	DynamoError(EXCEPTION_EXPIRED_ITERATOR, TEXT_SHARD_ITERATOR_EXPIRED, then,
	            timestamptz_to_str(now), LIFETIME_MILLISECONDS);
}

/* Cuts the text; false where it has not the parts. */
static bool
Cut(Bytes text, Bytes *arn, Bytes *opaque)
{
	int length = strlen(VERSION_PART);
	const char *bar = BytesFind(text, '|');

	if (bar == NULL || text.data + text.length - bar < length ||
	    memcmp(bar, VERSION_PART, length) != 0)
		return false;
	*arn = (Bytes){ text.data, bar - text.data };
	*opaque = (Bytes){ bar + length, text.data + text.length - bar - length };
	return true;
}

ShardIterator
ShardIteratorRead(const Identity *identity, Bytes text)
{
	TimestampTz now = GetCurrentTimestamp();
	ShardIterator iterator;
	SealedIterator sealed;
	Bytes opaque;
	Bytes bytes;

	if (!Cut(text, &iterator.arn, &opaque) || Base64Decode(opaque, &bytes) != NULL ||
	    bytes.length != sizeof(sealed))
		RaiseInvalid();
	memcpy(&sealed, bytes.data, sizeof(sealed));
	if (!HasItsTag(identity, iterator.arn, &sealed) &&
	    !(PositionSecretRenew() && HasItsTag(identity, iterator.arn, &sealed)))
		RaiseInvalid();
	if (TimestampDifferenceExceeds(sealed.content.made, now, LIFETIME_MILLISECONDS))
		RaiseExpired(sealed.content.made, now);
	iterator.shard = sealed.content.shard;
	iterator.position =
	    (SequenceNumber){ sealed.content.epoch, sealed.content.commit, sealed.content.number };
	iterator.trim_horizon = sealed.content.trim_horizon != 0;
	iterator.made = sealed.content.made;
	return iterator;
}

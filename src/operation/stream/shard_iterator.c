/*
 * Reads and writes shard iterators.
 */
#include "operation/stream/shard_iterator.h"

#include "utils/timestamp.h"

#include "error/error.h"
#include "item/base64.h"
#include "operation/read/sealed_position.h"

#define VERSION_PART "|1|"
#define LIFETIME_MILLISECONDS (15 * 60 * 1000)

/* What is sealed, in the order of the machine: only servers of the database read it. */
typedef struct SealedIterator
{
	int64 shard;
	uint64 commit;
	uint64 number;
	int64 made;
	uint32 epoch;
	uint32 trim_horizon;
} SealedIterator;

/* No page of a query has it. */
static Bytes
Purpose(Bytes arn)
{
	char *purpose = psprintf("shard iterator %.*s", BYTES_ARGS(arn));

	return BytesFromCString(purpose);
}

char *
ShardIteratorText(const ShardIterator *iterator)
{
	const SealedIterator sealed = { .shard = iterator->shard,
		                            .commit = iterator->position.commit,
		                            .number = iterator->position.number,
		                            .made = GetCurrentTimestamp(),
		                            .epoch = iterator->position.epoch,
		                            .trim_horizon = iterator->trim_horizon };
	Bytes opaque = Base64ToText(
	    PositionSeal((Bytes){ (const char *) &sealed, sizeof(sealed) }, Purpose(iterator->arn)));

	return psprintf("%.*s" VERSION_PART "%.*s", BYTES_ARGS(iterator->arn), BYTES_ARGS(opaque));
}

pg_noreturn static void
RaiseInvalid(void)
{
	ValidationError("Invalid ShardIterator");
}

pg_noreturn static void
RaiseExpired(TimestampTz made, TimestampTz now)
{
	char *then = pstrdup(timestamptz_to_str(made));

	DynamoError(EXCEPTION_EXPIRED_ITERATOR,
	            "Iterator expired. The iterator was created at time %s while right now it is %s"
	            " which is further in the future than the tolerated delay of %d milliseconds.",
	            then, timestamptz_to_str(now), LIFETIME_MILLISECONDS);
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
ShardIteratorRead(Bytes text)
{
	TimestampTz now = GetCurrentTimestamp();
	ShardIterator iterator;
	SealedIterator sealed;
	Bytes opaque;
	Bytes bytes;

	if (!Cut(text, &iterator.arn, &opaque) || Base64Decode(opaque, &bytes) != NULL ||
	    !PositionUnseal(bytes, Purpose(iterator.arn), &bytes) || bytes.length != sizeof(sealed))
		RaiseInvalid();
	memcpy(&sealed, bytes.data, sizeof(sealed));
	if (TimestampDifferenceExceeds(sealed.made, now, LIFETIME_MILLISECONDS))
		RaiseExpired(sealed.made, now);
	iterator.shard = sealed.shard;
	iterator.position = (SequenceNumber){ sealed.epoch, sealed.commit, sealed.number };
	iterator.trim_horizon = sealed.trim_horizon != 0;
	iterator.made = sealed.made;
	return iterator;
}

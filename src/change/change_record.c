/*
 * Writes records of changes.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "common/hashfn.h"
#include "utils/timestamp.h"

#include "change/change_record.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "text/escape.h"
#include "item/item_difference.h"
#include "json/json_member.h"
#include "json/jsonb_walk.h"
#include "item/size.h"
#include "text/unix_time.h"
#include "model/resource_name.h"
#include "storage/catalog/stream.h"

#define EVENT_VERSION "1.1"

/* Strings, as most values are that are compared here, need not be decoded. Both are objects. */
static bool
AttributeIsEqual(const Jsonb *old_item, const Jsonb *new_item, Bytes name)
{
	Bytes stored = EscapeName(name);
	JsonbEntry old_entry;
	JsonbEntry new_entry;
	AttributeValue old_value;
	AttributeValue new_value;

	if (!JsonbFindMember(&old_item->root, stored, &old_entry) ||
	    !JsonbFindMember(&new_item->root, stored, &new_entry))
		return false;
	if (old_entry.type == JENTRY_ISSTRING && new_entry.type == JENTRY_ISSTRING)
		return BytesEqual(old_entry.text, new_entry.text);
	return ItemGetAttribute(old_item, name, &old_value) &&
	       ItemGetAttribute(new_item, name, &new_value) &&
	       AttributeValueEqual(&old_value, &new_value);
}

bool
ItemsAreEqual(const Jsonb *old_item, const Jsonb *new_item)
{
	ItemDifference difference;
	Bytes stored;
	Bytes name;

	if (VARSIZE(old_item) == VARSIZE(new_item) &&
	    memcmp(old_item, new_item, VARSIZE(old_item)) == 0)
		return true;
	ItemDifferenceStart(&difference, old_item, new_item);
	while (ItemDifferenceNext(&difference, &stored))
		if (!UnescapeName(stored, &name) || !AttributeIsEqual(old_item, new_item, name))
			return false;
	return true;
}

bool
KeysAreEqual(const KeySchema *key, const Jsonb *old_item, const Jsonb *new_item)
{
	return AttributeIsEqual(old_item, new_item, key->partition[0].name) &&
	       (key->sort_count == 0 || AttributeIsEqual(old_item, new_item, key->sort[0].name));
}

/* --- members --- */

/* Two halves of a hash: unique, and the same when the slot is read again. */
static void
HashEvent(const char *arn, const char *sequence, uint64 halves[2])
{
	char *name = psprintf("%s %s", arn, sequence);
	uint64 system = GetSystemIdentifier();

	for (int i = 0; i < 2; i++)
		halves[i] = DatumGetUInt64(
		    hash_any_extended((const unsigned char *) name, strlen(name), system + i));
}

static void
WriteEventId(JsonWriter *writer, const char *arn, const char *sequence)
{
	uint64 halves[2];

	HashEvent(arn, sequence, halves);
	JsonCStringMember(
	    writer, "eventID",
	    psprintf("%016llx%016llx", (unsigned long long) halves[0], (unsigned long long) halves[1]));
}

/* The same in the form of a UUID. */
static void
WriteEventUuid(JsonWriter *writer, const char *arn, const char *sequence)
{
	uint64 halves[2];

	HashEvent(arn, sequence, halves);
	JsonCStringMember(writer, "eventID",
	                  psprintf("%08x-%04x-%04x-%04x-%012llx", (unsigned int) (halves[0] >> 32),
	                           (unsigned int) (halves[0] >> 16) & 0xffff,
	                           (unsigned int) halves[0] & 0xffff, (unsigned int) (halves[1] >> 48),
	                           (unsigned long long) halves[1] & UINT64CONST(0xffffffffffff)));
}

/* Returns the attribute's size. */
static int
WriteKeyAttribute(JsonWriter *writer, const Jsonb *item, Bytes name, bool plain)
{
	AttributeValue value;

	if (!ItemGetAttribute(item, name, &value))
		return 0;
	JsonNameBytes(writer, name);
	if (plain)
		PlainJsonWrite(writer, &value);
	else
		AttributeValueWrite(writer, &value);
	return name.length + AttributeValueSize(&value);
}

static int
WriteKeys(JsonWriter *writer, const KeySchema *key, const Jsonb *item, bool plain)
{
	int size;

	JsonName(writer, "Keys");
	JsonBeginObject(writer);
	size = WriteKeyAttribute(writer, item, key->partition[0].name, plain);
	if (key->sort_count > 0)
		size += WriteKeyAttribute(writer, item, key->sort[0].name, plain);
	JsonEndObject(writer);
	return size;
}

static int
WriteImage(JsonWriter *writer, const char *name, const Jsonb *item, bool plain)
{
	AttributeValue map;

	if (item == NULL)
		return 0;
	JsonName(writer, name);
	if (!plain)
		StoredItemWrite(writer, item);
	else
	{
		ItemDecode(item, &map);
		PlainJsonWrite(writer, &map);
	}
	return StoredItemSize(item);
}

static int
WriteImages(JsonWriter *writer, StreamView view, const LoggedChange *change, bool plain)
{
	int size = 0;

	if (view == STREAM_NEW_IMAGE || view == STREAM_BOTH_IMAGES)
		size += WriteImage(writer, "NewImage", change->new_item, plain);
	if (view == STREAM_OLD_IMAGE || view == STREAM_BOTH_IMAGES)
		size += WriteImage(writer, "OldImage", change->old_item, plain);
	return size;
}

static void
WriteIdentity(JsonWriter *writer)
{
	JsonName(writer, "userIdentity");
	JsonBeginObject(writer);
	JsonCStringMember(writer, "Type", "Service");
	JsonCStringMember(writer, "PrincipalId", "dynamodb.amazonaws.com");
	JsonEndObject(writer);
}

/* Returns the size. */
static int
WriteItems(JsonWriter *writer, const RecordStream *stream, const LoggedChange *change, bool plain)
{
	const Jsonb *item = change->new_item != NULL ? change->new_item : change->old_item;
	int size = WriteKeys(writer, stream->key, item, plain);

	size += WriteImages(writer, stream->view, change, plain);
	JsonName(writer, "SizeBytes");
	JsonInteger(writer, size);
	return size;
}

static int
WriteDetails(JsonWriter *writer, const RecordStream *stream, const LoggedChange *change,
             const RecordForm *form, const char *sequence)
{
	int size = 0;

	JsonName(writer, "dynamodb");
	JsonBeginObject(writer);
	JsonName(writer, "ApproximateCreationDateTime");
	JsonInteger(writer, timestamptz_to_time_t(change->time));
	if (!change->truncates)
		size = WriteItems(writer, stream, change, form->plain);
	else if (form->partition != NULL)
		JsonCStringMember(writer, "Partition", form->partition);
	JsonCStringMember(writer, "SequenceNumber", sequence);
	JsonCStringMember(writer, "StreamViewType", StreamViewName(stream->view));
	JsonEndObject(writer);
	return size;
}

const char *
ChangeEventName(const LoggedChange *change)
{
	if (change->truncates)
		return "TRUNCATE";
	if (change->old_item == NULL)
		return "INSERT";
	return change->new_item == NULL ? "REMOVE" : "MODIFY";
}

int
ChangeRecordWrite(JsonWriter *writer, const RecordStream *stream, const LoggedChange *change,
                  const RecordForm *form)
{
	char *sequence = SequenceNumberText(&change->sequence);
	int size;

	JsonBeginObject(writer);
	WriteEventId(writer, stream->arn, sequence);
	JsonCStringMember(writer, "eventName", ChangeEventName(change));
	JsonCStringMember(writer, "eventVersion", EVENT_VERSION);
	JsonCStringMember(writer, "eventSource", "aws:dynamodb");
	JsonCStringMember(writer, "awsRegion", RegionName());
	if (form->with_arn)
		JsonCStringMember(writer, "eventSourceARN", stream->arn);
	if (change->by_service)
		WriteIdentity(writer);
	size = WriteDetails(writer, stream, change, form, sequence);
	JsonEndObject(writer);
	return size;
}

/* --- for Kinesis --- */

void
ChangeKeysWrite(JsonWriter *writer, const KeySchema *key, const LoggedChange *change)
{
	JsonBeginObject(writer);
	(void) WriteKeys(writer, key, change->new_item != NULL ? change->new_item : change->old_item,
	                 false);
	JsonEndObject(writer);
}

static int64
KinesisTime(const KinesisForm *form, TimestampTz time)
{
	int64 microseconds = time + UNIX_SECONDS_OF_EPOCH * USECS_PER_SEC;

	if (form->precision != NULL && strcmp(form->precision, "MICROSECOND") == 0)
		return microseconds;
	return microseconds / 1000;
}

static void
WriteKinesisItems(JsonWriter *writer, const KinesisForm *form, const LoggedChange *change)
{
	const Jsonb *item = change->new_item != NULL ? change->new_item : change->old_item;
	int size = WriteKeys(writer, form->key, item, false);

	if (form->new_image)
		size += WriteImage(writer, "NewImage", change->new_item, false);
	if (form->old_image)
		size += WriteImage(writer, "OldImage", change->old_item, false);
	JsonName(writer, "SizeBytes");
	JsonInteger(writer, size);
}

static void
WriteKinesisDetails(JsonWriter *writer, const KinesisForm *form, const LoggedChange *change)
{
	JsonName(writer, "dynamodb");
	JsonBeginObject(writer);
	JsonName(writer, "ApproximateCreationDateTime");
	JsonInteger(writer, KinesisTime(form, change->time));
	if (!change->truncates)
		WriteKinesisItems(writer, form, change);
	if (form->precision != NULL)
		JsonCStringMember(writer, "ApproximateCreationDateTimePrecision", form->precision);
	JsonEndObject(writer);
}

/* Deletions by time to live have an identity, others the member without one. */
static void
WriteKinesisIdentity(JsonWriter *writer, const LoggedChange *change)
{
	if (change->by_service)
	{
		WriteIdentity(writer);
		return;
	}
	JsonName(writer, "userIdentity");
	JsonNull(writer);
}

void
KinesisRecordWrite(JsonWriter *writer, const KinesisForm *form, const LoggedChange *change)
{
	JsonBeginObject(writer);
	JsonCStringMember(writer, "awsRegion", RegionName());
	WriteEventUuid(writer, form->stream_arn, SequenceNumberText(&change->sequence));
	JsonCStringMember(writer, "eventName", ChangeEventName(change));
	WriteKinesisIdentity(writer, change);
	JsonCStringMember(writer, "recordFormat", "application/json");
	JsonName(writer, "tableName");
	JsonString(writer, form->table);
	WriteKinesisDetails(writer, form, change);
	JsonCStringMember(writer, "eventSource", "aws:dynamodb");
	JsonEndObject(writer);
}

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
#include "item/escape.h"
#include "item/item_difference.h"
#include "item/size.h"
#include "model/resource_name.h"

#define EPOCH 1
#define EVENT_VERSION "1.1"

static bool
AttributeIsEqual(const Jsonb *old_item, const Jsonb *new_item, Bytes name)
{
	AttributeValue old_value;
	AttributeValue new_value;

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

static void
WriteText(JsonWriter *writer, const char *name, const char *value)
{
	JsonName(writer, name);
	JsonCString(writer, value);
}

/* Both numbers of a place fit their digits, so that their order is that of the text. */
static char *
SequenceNumber(const ChangePlace *place)
{
	return psprintf("%d%020llu%010llu", EPOCH, (unsigned long long) place->commit,
	                (unsigned long long) place->number);
}

/* Two halves of a hash: unique, and the same when the slot is read again. */
static void
WriteEventId(JsonWriter *writer, const char *arn, const char *sequence)
{
	char *name = psprintf("%s %s", arn, sequence);
	uint64 system = GetSystemIdentifier();
	uint64 halves[2];

	for (int i = 0; i < lengthof(halves); i++)
		halves[i] = DatumGetUInt64(
		    hash_any_extended((const unsigned char *) name, strlen(name), system + i));
	WriteText(
	    writer, "eventID",
	    psprintf("%016llx%016llx", (unsigned long long) halves[0], (unsigned long long) halves[1]));
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
WriteImages(JsonWriter *writer, StreamView view, const ChangeRecord *record, bool plain)
{
	int size = 0;

	if (view == STREAM_NEW_IMAGE || view == STREAM_BOTH_IMAGES)
		size += WriteImage(writer, "NewImage", record->new_item, plain);
	if (view == STREAM_OLD_IMAGE || view == STREAM_BOTH_IMAGES)
		size += WriteImage(writer, "OldImage", record->old_item, plain);
	return size;
}

static void
WriteIdentity(JsonWriter *writer)
{
	JsonName(writer, "userIdentity");
	JsonBeginObject(writer);
	WriteText(writer, "Type", "Service");
	WriteText(writer, "PrincipalId", "dynamodb.amazonaws.com");
	JsonEndObject(writer);
}

/* What all records have, up to the beginning of "dynamodb". Returns the sequence number. */
static char *
BeginRecord(JsonWriter *writer, const StreamedTable *table, const ChangePlace *place,
            const char *event)
{
	char *sequence = SequenceNumber(place);

	JsonBeginObject(writer);
	WriteEventId(writer, table->arn, sequence);
	WriteText(writer, "eventName", event);
	WriteText(writer, "eventVersion", EVENT_VERSION);
	WriteText(writer, "eventSource", "aws:dynamodb");
	WriteText(writer, "awsRegion", RegionName());
	WriteText(writer, "eventSourceARN", table->arn);
	return sequence;
}

static void
BeginDetails(JsonWriter *writer, const ChangePlace *place)
{
	JsonName(writer, "dynamodb");
	JsonBeginObject(writer);
	JsonName(writer, "ApproximateCreationDateTime");
	JsonInteger(writer, timestamptz_to_time_t(place->time));
}

static void
EndRecord(JsonWriter *writer, const StreamedTable *table, const char *sequence)
{
	WriteText(writer, "SequenceNumber", sequence);
	WriteText(writer, "StreamViewType", StreamViewName(table->view));
	JsonEndObject(writer);
	JsonEndObject(writer);
}

void
ChangeRecordWrite(StringInfo out, const StreamedTable *table, const ChangePlace *place,
                  const ChangeRecord *record, bool plain)
{
	const Jsonb *item = record->new_item != NULL ? record->new_item : record->old_item;
	const char *event = record->old_item == NULL   ? "INSERT"
	                    : record->new_item == NULL ? "REMOVE"
	                                               : "MODIFY";
	JsonWriter writer;
	char *sequence;
	int size;

	JsonWriterInit(&writer, out, false);
	sequence = BeginRecord(&writer, table, place, event);
	if (record->by_service)
		WriteIdentity(&writer);
	BeginDetails(&writer, place);
	size = WriteKeys(&writer, &table->key, item, plain);
	size += WriteImages(&writer, table->view, record, plain);
	JsonName(&writer, "SizeBytes");
	JsonInteger(&writer, size);
	EndRecord(&writer, table, sequence);
}

void
TruncateRecordWrite(StringInfo out, const StreamedTable *table, const ChangePlace *place,
                    const char *partition)
{
	JsonWriter writer;
	char *sequence;

	JsonWriterInit(&writer, out, false);
	sequence = BeginRecord(&writer, table, place, "TRUNCATE");
	BeginDetails(&writer, place);
	if (partition != NULL)
		WriteText(&writer, "Partition", partition);
	EndRecord(&writer, table, sequence);
}

/*
 * A table's stream as the jsonb that the catalog keeps:
 *
 *   {"enabled": true, "view": "NEW_IMAGE", "label": 1732000000123, "identity": "default",
 *    "partition": {"name": "Artist", "type": "S"}, "sort": {"name": "SongTitle", "type": "S"}}
 *
 * A hidden stream has "hidden": true, and "shown", the label of the last one that is not hidden.
 * The label is the time of enabling in milliseconds since 1970, the identity the replica identity
 * that the table had before, and the rest its key: who decodes a change needs nothing else.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "replication/slot.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "json/kept_json.h"
#include "text/unix_time.h"
#include "storage/relation/replica_identity.h"
#include "storage/catalog/stream.h"

#define MILLISECONDS 1000
/* The year 9999 ends before. */
#define MAX_LABEL INT64CONST(253402300799999)

static const char *const view_names[] = {
	[STREAM_KEYS_ONLY] = "KEYS_ONLY",
	[STREAM_NEW_IMAGE] = "NEW_IMAGE",
	[STREAM_OLD_IMAGE] = "OLD_IMAGE",
	[STREAM_BOTH_IMAGES] = "NEW_AND_OLD_IMAGES",
};

const char *
StreamViewName(StreamView view)
{
	return view_names[view];
}

bool
StreamViewFromName(Bytes name, StreamView *view)
{
	for (int i = 0; i < lengthof(view_names); i++)
	{
		if (!BytesEqual(BytesFromCString(view_names[i]), name))
			continue;
		*view = i;
		return true;
	}
	return false;
}

char *
StreamLabel(const TableStream *stream)
{
	pg_time_t seconds = stream->label / MILLISECONDS;
	char time[sizeof("9999-12-31T23:59:59")];

	pg_strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", pg_gmtime(&seconds));
	return psprintf("%s.%03d", time, (int) (stream->label % MILLISECONDS));
}

bool
StreamLabelParse(Bytes text, int64 *label)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.ddd";
	int numbers[7] = { 0 };
	int count = 0;

	if (text.length != strlen(form))
		return false;
	for (int i = 0; i < text.length; i++)
	{
		if (form[i] == 'd' && text.data[i] >= '0' && text.data[i] <= '9')
			numbers[count] = numbers[count] * 10 + text.data[i] - '0';
		else if (form[i] != 'd' && text.data[i] == form[i])
			count++;
		else
			return false;
	}
	if (numbers[0] < 1970 || numbers[1] < 1 || numbers[1] > MONTHS_PER_YEAR || numbers[2] < 1 ||
	    numbers[2] > day_tab[isleap(numbers[0])][numbers[1] - 1] || numbers[3] >= HOURS_PER_DAY ||
	    numbers[4] >= MINS_PER_HOUR || numbers[5] >= SECS_PER_MINUTE)
		return false;
	*label = date2j(numbers[0], numbers[1], numbers[2]) - UNIX_EPOCH_JDATE;
	*label = *label * HOURS_PER_DAY + numbers[3];
	*label = *label * MINS_PER_HOUR + numbers[4];
	*label = *label * SECS_PER_MINUTE + numbers[5];
	*label = *label * MILLISECONDS + numbers[6];
	return true;
}

int64
StreamNewLabel(const TableStream *last)
{
	int64 now = UnixMilliseconds(GetCurrentTimestamp());

	return last != NULL ? Max(now, last->label + 1) : now;
}

static void
WriteKeyAttribute(JsonWriter *writer, const char *member, const KeyAttribute *attribute)
{
	JsonName(writer, member);
	JsonBeginObject(writer);
	JsonName(writer, "name");
	JsonString(writer, attribute->name);
	JsonName(writer, "type");
	JsonCString(writer, AttributeTypeName(attribute->type));
	JsonEndObject(writer);
}

static void
WriteHidden(JsonWriter *writer, const TableStream *stream)
{
	JsonName(writer, "hidden");
	JsonBoolean(writer, true);
	JsonName(writer, "shown");
	JsonInteger(writer, stream->shown);
}

Jsonb *
StreamToJsonb(const TableStream *stream, const KeySchema *key)
{
	StringInfoData text;
	JsonWriter writer;

	if (stream == NULL)
		return NULL;
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	JsonBeginObject(&writer);
	JsonName(&writer, "enabled");
	JsonBoolean(&writer, stream->enabled);
	JsonName(&writer, "view");
	JsonCString(&writer, StreamViewName(stream->view));
	JsonName(&writer, "label");
	JsonInteger(&writer, stream->label);
	if (stream->hidden)
		WriteHidden(&writer, stream);
	JsonName(&writer, "identity");
	JsonCString(&writer, stream->identity);
	WriteKeyAttribute(&writer, "partition", &key->partition[0]);
	if (key->sort_count > 0)
		WriteKeyAttribute(&writer, "sort", &key->sort[0]);
	JsonEndObject(&writer);
	return JsonToJsonb(&text);
}

static KeyAttribute
ReadKeyAttribute(const JsonNode *node)
{
	KeyAttribute attribute = { .name = KeptNeedString(node, "name") };

	if (!AttributeTypeFromName(KeptNeedString(node, "type"), &attribute.type))
		KeptFault("type", "is no type of a key");
	return attribute;
}

static void
ReadKey(const JsonNode *root, KeySchema *key)
{
	const JsonNode *sort = KeptGet(root, "sort", JSON_NODE_OBJECT);

	memset(key, 0, sizeof(KeySchema));
	key->partition_count = 1;
	key->partition[0] = ReadKeyAttribute(KeptNeed(root, "partition", JSON_NODE_OBJECT));
	key->sort_count = sort != NULL ? 1 : 0;
	if (sort != NULL)
		key->sort[0] = ReadKeyAttribute(sort);
}

TableStream *
StreamFromJsonb(Jsonb *jsonb, KeySchema *key)
{
	TableStream *stream;
	const JsonNode *root;
	KeySchema kept;

	if (jsonb == NULL)
		return NULL;
	root = JsonFromJsonb(jsonb);
	KeptCheck(root, JSON_NODE_OBJECT, "stream");
	stream = palloc_object(TableStream);
	stream->enabled = KeptGetBoolean(root, "enabled");
	if (!StreamViewFromName(KeptNeedString(root, "view"), &stream->view))
		KeptFault("view", "is unknown");
	stream->label = KeptGetInteger(root, "label", 0, MAX_LABEL);
	stream->hidden = KeptGetBoolean(root, "hidden");
	stream->shown = stream->hidden ? KeptGetInteger(root, "shown", 0, MAX_LABEL) : stream->label;
	stream->identity = ReplicaIdentityNamed(KeptNeedString(root, "identity"));
	if (stream->identity == NULL)
		KeptFault("identity", "is unknown");
	ReadKey(root, key != NULL ? key : &kept);
	return stream;
}

void
StreamCheckServer(Bytes table)
{
	const char *setting = wal_level < WAL_LEVEL_LOGICAL ? "wal_level"
	                      : max_replication_slots == 0  ? "max_replication_slots"
	                                                    : NULL;

	if (setting == NULL)
		return;
	ereport(
	    WARNING,
	    (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	     errmsg("the stream of table \"%.*s\" is enabled, but nothing can read it",
	            BYTES_ARGS(table)),
	     errdetail("Changes are decoded from WAL, which takes wal_level = logical and a"
	               " replication slot."),
	     errhint("Set %s and restart the server. Changes made before are in no record.", setting)));
}

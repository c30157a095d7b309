/*
 * See position.h.
 */
#include "transfer/migrate/position.h"

#include "json/json_member.h"
#include "json/kept_json.h"
#include "transfer/remote/answer.h"
#include "transfer/migrate/options.h"

void
ScanPlacesBegin(ScanPlaces *places, int segments)
{
	places->count = segments;
	places->segments = palloc0_array(ScanSegment, segments);
}

bool
ScanPlacesAreDone(const ScanPlaces *places)
{
	for (int i = 0; i < places->count; i++)
		if (!places->segments[i].done)
			return false;
	return true;
}

/* --- reading --- */

static char *
ReadText(const JsonNode *object, const char *name)
{
	Bytes text = KeptGetString(object, name);

	return text.data == NULL ? NULL : BytesToCString(text);
}

static void
ReadScan(const JsonNode *object, ScanPlaces *places)
{
	const JsonNode *segments = KeptGet(object, "scan", JSON_NODE_ARRAY);

	*places = (ScanPlaces){ 0 };
	if (segments == NULL || segments->count == 0)
		return;
	if (segments->count > MAX_SEGMENTS)
		KeptFault("scan", "it has too many segments");
	ScanPlacesBegin(places, segments->count);
	for (int i = 0; i < segments->count; i++)
	{
		const JsonNode *key;

		KeptCheck(&segments->elements[i], JSON_NODE_OBJECT, "scan");
		key = KeptGet(&segments->elements[i], "key", JSON_NODE_OBJECT);
		places->segments[i].key = key == NULL ? NULL : AnswerText(key);
		places->segments[i].done = KeptGetBoolean(&segments->elements[i], "done");
	}
}

static void
ReadShards(const JsonNode *stream, StreamPlaces *places)
{
	const JsonNode *shards = KeptGet(stream, "shards", JSON_NODE_ARRAY);

	for (int i = 0; shards != NULL && i < shards->count; i++)
	{
		ShardPlace *shard = palloc0_object(ShardPlace);
		const JsonNode *node = &shards->elements[i];

		KeptCheck(node, JSON_NODE_OBJECT, "shards");
		shard->id = BytesToCString(KeptNeedString(node, "id"));
		shard->parent = ReadText(node, "parent");
		shard->sequence = ReadText(node, "after");
		shard->done = KeptGetBoolean(node, "done");
		places->shards = lappend(places->shards, shard);
	}
}

static void
ReadStream(const JsonNode *node, StreamPlaces *places)
{
	const JsonNode *stream = KeptGet(node, "stream", JSON_NODE_OBJECT);

	*places = (StreamPlaces){ 0 };
	if (stream == NULL)
		return;
	places->arn = ReadText(stream, "arn");
	places->enabled_here = KeptGetBoolean(stream, "enabled_here");
	places->read = KeptGetInteger(stream, "read", 0, PG_INT64_MAX);
	ReadShards(stream, places);
}

static void
ReadSum(const JsonNode *node, const char *name, ItemSum *sum)
{
	const JsonNode *object = KeptNeed(node, name, JSON_NODE_OBJECT);
	char *digits = BytesToCString(KeptNeedString(object, "sum"));

	sum->items = KeptGetInteger(object, "items", 0, PG_INT64_MAX);
	sum->sum = strtou64(digits, NULL, 16);
}

static void
ReadComparison(const JsonNode *node, Comparison *comparison)
{
	const JsonNode *object = KeptGet(node, "comparison", JSON_NODE_OBJECT);
	const JsonNode *keys;

	*comparison = (Comparison){ 0 };
	if (object == NULL)
		return;
	comparison->pass = KeptGetInteger(object, "pass", PASS_NONE, PASS_DONE);
	comparison->unlisted = KeptGetInteger(object, "unlisted", 0, PG_INT64_MAX);
	comparison->looks = KeptGetInteger(object, "looks", 0, PG_INT32_MAX);
	ReadScan(object, &comparison->scan);
	ReadSum(object, "source", &comparison->source);
	ReadSum(object, "target", &comparison->target);
	keys = KeptGet(object, "keys", JSON_NODE_ARRAY);
	for (int i = 0; keys != NULL && i < keys->count; i++)
		comparison->keys = lappend(comparison->keys, AnswerText(&keys->elements[i]));
}

void
MigrationPositionRead(Bytes json, Position *position)
{
	const JsonNode *node = JsonParse(json);

	KeptCheck(node, JSON_NODE_OBJECT, "position");
	ReadStream(node, &position->stream);
	ReadScan(node, &position->scan);
	ReadComparison(node, &position->comparison);
}

/* --- writing --- */

static void
WriteText(JsonWriter *writer, const char *name, const char *value)
{
	if (value != NULL)
		JsonCStringMember(writer, name, value);
}

static void
WriteScan(JsonWriter *writer, const ScanPlaces *places)
{
	JsonName(writer, "scan");
	JsonBeginArray(writer);
	for (int i = 0; i < places->count; i++)
	{
		const ScanSegment *segment = &places->segments[i];

		JsonBeginObject(writer);
		if (segment->key != NULL)
		{
			JsonName(writer, "key");
			JsonRaw(writer, BytesFromCString(segment->key));
		}
		JsonBooleanMember(writer, "done", segment->done);
		JsonEndObject(writer);
	}
	JsonEndArray(writer);
}

static void
WriteShard(JsonWriter *writer, const ShardPlace *shard)
{
	JsonBeginObject(writer);
	JsonCStringMember(writer, "id", shard->id);
	WriteText(writer, "parent", shard->parent);
	WriteText(writer, "after", shard->sequence);
	JsonBooleanMember(writer, "done", shard->done);
	JsonEndObject(writer);
}

static void
WriteStream(JsonWriter *writer, const StreamPlaces *places)
{
	ListCell *cell;

	JsonName(writer, "stream");
	JsonBeginObject(writer);
	WriteText(writer, "arn", places->arn);
	JsonBooleanMember(writer, "enabled_here", places->enabled_here);
	JsonIntegerMember(writer, "read", places->read);
	JsonName(writer, "shards");
	JsonBeginArray(writer);
	foreach (cell, places->shards)
		WriteShard(writer, lfirst(cell));
	JsonEndArray(writer);
	JsonEndObject(writer);
}

static void
WriteSum(JsonWriter *writer, const char *name, const ItemSum *sum)
{
	JsonName(writer, name);
	JsonBeginObject(writer);
	JsonIntegerMember(writer, "items", sum->items);
	JsonCStringMember(writer, "sum", psprintf("%016llx", (unsigned long long) sum->sum));
	JsonEndObject(writer);
}

static void
WriteComparison(JsonWriter *writer, const Comparison *comparison)
{
	ListCell *cell;

	JsonName(writer, "comparison");
	JsonBeginObject(writer);
	JsonIntegerMember(writer, "pass", comparison->pass);
	JsonIntegerMember(writer, "unlisted", comparison->unlisted);
	JsonIntegerMember(writer, "looks", comparison->looks);
	WriteScan(writer, &comparison->scan);
	WriteSum(writer, "source", &comparison->source);
	WriteSum(writer, "target", &comparison->target);
	JsonName(writer, "keys");
	JsonBeginArray(writer);
	foreach (cell, comparison->keys)
		JsonRaw(writer, BytesFromCString(lfirst(cell)));
	JsonEndArray(writer);
	JsonEndObject(writer);
}

char *
MigrationPositionText(const Position *position)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	WriteStream(&writer, &position->stream);
	WriteScan(&writer, &position->scan);
	WriteComparison(&writer, &position->comparison);
	JsonEndObject(&writer);
	appendStringInfoChar(&text, '\0');
	return text.data;
}

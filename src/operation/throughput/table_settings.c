/*
 * Table settings as jsonb.
 */
#include "operation/throughput/table_settings.h"

#include "json/kept_json.h"
#include "text/unix_time.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

/* Units and milliseconds are less, and sums of these do not overflow. */
#define MAX_KEPT_NUMBER (INT64CONST(1) << 53)

typedef struct CapacityField
{
	const char *name;
	size_t offset;
} CapacityField;

static const CapacityField capacity_fields[] = {
	{ "Read", offsetof(Capacity, read) },
	{ "Write", offsetof(Capacity, write) },
	{ "LastIncrease", offsetof(Capacity, last_increase) },
	{ "LastDecrease", offsetof(Capacity, last_decrease) },
	{ "DecreasesToday", offsetof(Capacity, decreases_today) },
	{ "MaxRead", offsetof(Capacity, max_read) },
	{ "MaxWrite", offsetof(Capacity, max_write) },
	{ "WarmRead", offsetof(Capacity, warm_read) },
	{ "WarmWrite", offsetof(Capacity, warm_write) },
};

static int64 *
FieldOf(const Capacity *capacity, const CapacityField *field)
{
	return (int64 *) ((char *) capacity + field->offset);
}

static Capacity
ReadCapacity(const JsonNode *node)
{
	Capacity capacity = { 0 };

	for (int i = 0; i < lengthof(capacity_fields); i++)
		*FieldOf(&capacity, &capacity_fields[i]) =
		    KeptGetInteger(node, capacity_fields[i].name, 0, MAX_KEPT_NUMBER);
	return capacity;
}

static void
WriteInteger(JsonWriter *writer, const char *name, int64 value)
{
	if (value == 0)
		return;
	JsonName(writer, name);
	JsonInteger(writer, value);
}

static void
WriteText(JsonWriter *writer, const char *name, Bytes value)
{
	if (value.data == NULL)
		return;
	JsonName(writer, name);
	JsonString(writer, value);
}

static void
WriteTrue(JsonWriter *writer, const char *name, bool value)
{
	if (!value)
		return;
	JsonName(writer, name);
	JsonBoolean(writer, true);
}

static void
WriteCapacity(JsonWriter *writer, const Capacity *capacity)
{
	JsonBeginObject(writer);
	for (int i = 0; i < lengthof(capacity_fields); i++)
	{
		int64 value = *FieldOf(capacity, &capacity_fields[i]);

		/* A maximum of -1 has just been taken away. */
		WriteInteger(writer, capacity_fields[i].name, Max(value, 0));
	}
	JsonEndObject(writer);
}

static void
ReadIndexes(const JsonNode *indexes, TableSettings *settings)
{
	if (indexes == NULL)
		return;
	settings->index_count = indexes->count;
	settings->indexes = palloc(sizeof(IndexSettings) * indexes->count);
	for (int i = 0; i < indexes->count; i++)
	{
		const JsonMember *member = &indexes->members[i];

		KeptCheck(&member->value, JSON_NODE_OBJECT, "Indexes");
		settings->indexes[i] = (IndexSettings){ member->name, ReadCapacity(&member->value) };
	}
}

static void
ReadSwitches(const JsonNode *switches, TableSettings *settings)
{
	int count = switches == NULL ? 0 : Min(switches->count, ON_DEMAND_SWITCHES);

	for (int i = 0; i < count; i++)
	{
		KeptCheck(&switches->elements[i], JSON_NODE_NUMBER, "OnDemandSwitches");
		settings->on_demand_switches[i] = JsonNodeInteger(&switches->elements[i]);
	}
}

static RestoreSource
ReadRestored(const JsonNode *node)
{
	RestoreSource source = { { NULL, 0 } };

	if (node == NULL)
		return source;
	source.table = KeptNeedString(node, "Table");
	source.backup = KeptGetString(node, "Backup");
	source.time = KeptGetInteger(node, "Time", 0, MAX_KEPT_NUMBER);
	return source;
}

TableSettings *
TableSettingsRead(const TableDefinition *definition)
{
	return TableSettingsFromJsonb(definition->settings);
}

TableSettings *
TableSettingsFromJsonb(Jsonb *jsonb)
{
	TableSettings *settings = palloc0(sizeof(TableSettings));
	const JsonNode *node;

	if (jsonb == NULL)
		return settings;
	node = JsonFromJsonb(jsonb);
	KeptCheck(node, JSON_NODE_OBJECT, "settings");
	settings->on_demand = KeptGetBoolean(node, "OnDemand");
	settings->became_on_demand = KeptGetInteger(node, "BecameOnDemand", 0, MAX_KEPT_NUMBER);
	ReadSwitches(KeptGet(node, "OnDemandSwitches", JSON_NODE_ARRAY), settings);
	settings->capacity = ReadCapacity(KeptGet(node, "Capacity", JSON_NODE_OBJECT));
	settings->table_class = KeptGetString(node, "TableClass");
	settings->table_class_changed = KeptGetInteger(node, "TableClassChanged", 0, MAX_KEPT_NUMBER);
	settings->deletion_protection = KeptGetBoolean(node, "DeletionProtection");
	settings->encryption_key = KeptGetString(node, "EncryptionKey");
	ReadIndexes(KeptGet(node, "Indexes", JSON_NODE_OBJECT), settings);
	settings->tags = ResourceTagsRead(KeptGet(node, "Tags", JSON_NODE_ARRAY));
	settings->scalable = ScalableTargetsRead(KeptGet(node, "Scaling", JSON_NODE_ARRAY));
	settings->insights = TableInsightsRead(KeptGet(node, "Insights", JSON_NODE_ARRAY));
	settings->restored = ReadRestored(KeptGet(node, "Restored", JSON_NODE_OBJECT));
	return settings;
}

static void
WriteIndexes(JsonWriter *writer, const TableSettings *settings)
{
	JsonName(writer, "Indexes");
	JsonBeginObject(writer);
	for (int i = 0; i < settings->index_count; i++)
	{
		JsonNameBytes(writer, settings->indexes[i].name);
		WriteCapacity(writer, &settings->indexes[i].capacity);
	}
	JsonEndObject(writer);
}

static void
WriteSwitches(JsonWriter *writer, const TableSettings *settings)
{
	if (settings->on_demand_switches[ON_DEMAND_SWITCHES - 1] == 0)
		return;
	JsonName(writer, "OnDemandSwitches");
	JsonBeginArray(writer);
	for (int i = 0; i < ON_DEMAND_SWITCHES; i++)
		JsonInteger(writer, settings->on_demand_switches[i]);
	JsonEndArray(writer);
}

static void
WriteScalable(JsonWriter *writer, const TableSettings *settings)
{
	if (settings->scalable.count == 0)
		return;
	JsonName(writer, "Scaling");
	ScalableTargetsWrite(writer, &settings->scalable);
}

static void
WriteInsights(JsonWriter *writer, const TableSettings *settings)
{
	if (settings->insights.count == 0)
		return;
	JsonName(writer, "Insights");
	TableInsightsWrite(writer, &settings->insights);
}

static void
WriteRestored(JsonWriter *writer, const RestoreSource *source)
{
	if (source->time == 0)
		return;
	JsonName(writer, "Restored");
	JsonBeginObject(writer);
	WriteText(writer, "Table", source->table);
	WriteText(writer, "Backup", source->backup);
	WriteInteger(writer, "Time", source->time);
	JsonEndObject(writer);
}

Jsonb *
TableSettingsWrite(const TableSettings *settings)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	JsonBeginObject(&writer);
	WriteTrue(&writer, "OnDemand", settings->on_demand);
	WriteInteger(&writer, "BecameOnDemand", settings->became_on_demand);
	WriteSwitches(&writer, settings);
	JsonName(&writer, "Capacity");
	WriteCapacity(&writer, &settings->capacity);
	WriteText(&writer, "TableClass", settings->table_class);
	WriteInteger(&writer, "TableClassChanged", settings->table_class_changed);
	WriteTrue(&writer, "DeletionProtection", settings->deletion_protection);
	WriteText(&writer, "EncryptionKey", settings->encryption_key);
	WriteIndexes(&writer, settings);
	JsonName(&writer, "Tags");
	ResourceTagsWrite(&writer, &settings->tags);
	WriteScalable(&writer, settings);
	WriteInsights(&writer, settings);
	WriteRestored(&writer, &settings->restored);
	JsonEndObject(&writer);
	return JsonToJsonb(&text);
}

Capacity *
IndexCapacity(const TableSettings *settings, Bytes index)
{
	for (int i = 0; i < settings->index_count; i++)
	{
		if (BytesEqual(settings->indexes[i].name, index))
			return &settings->indexes[i].capacity;
	}
	return NULL;
}

Capacity *
IndexCapacityAdd(TableSettings *settings, Bytes index)
{
	IndexSettings *indexes;
	Capacity *found = IndexCapacity(settings, index);

	if (found != NULL)
		return found;
	indexes = palloc0(sizeof(IndexSettings) * (settings->index_count + 1));
	if (settings->index_count > 0)
		memcpy(indexes, settings->indexes, sizeof(IndexSettings) * settings->index_count);
	indexes[settings->index_count].name = index;
	settings->indexes = indexes;
	return &indexes[settings->index_count++].capacity;
}

void
IndexCapacityRemove(TableSettings *settings, Bytes index)
{
	int kept = 0;

	for (int i = 0; i < settings->index_count; i++)
	{
		if (!BytesEqual(settings->indexes[i].name, index))
			settings->indexes[kept++] = settings->indexes[i];
	}
	settings->index_count = kept;
}

int64
CurrentMilliseconds(void)
{
	return UnixMilliseconds(GetCurrentTimestamp());
}

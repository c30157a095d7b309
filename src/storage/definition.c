/*
 * A table's definition as the jsonb that the catalog keeps:
 *
 *   {"attributes": [{"name": "Artist", "type": "S"}, ...],
 *    "partition": ["Artist"], "sort": ["SongTitle"], "next_index": 2,
 *    "indexes": [{"name": "ByYear", "number": 1, "local": false,
 *                 "partition": ["Year"], "sort": [], "projection": "INCLUDE",
 *                 "include": ["Genre"], "status": "ACTIVE",
 *                 "backfilling": false}, ...],
 *    "time_to_live": {"attribute": "Expires", "number": 2, "status": "ACTIVE"}}
 *
 * without the last where time to live is disabled.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "item/json.h"
#include "storage/definition.h"

static const char *const status_names[] = {
	[STATUS_CREATING] = "CREATING",
	[STATUS_ACTIVE] = "ACTIVE",
	[STATUS_UPDATING] = "UPDATING",
	[STATUS_DELETING] = "DELETING",
};

static const char *const projection_names[] = {
	[PROJECTION_ALL] = "ALL",
	[PROJECTION_KEYS_ONLY] = "KEYS_ONLY",
	[PROJECTION_INCLUDE] = "INCLUDE",
};

static int
FindName(const char *const *names, int count, Bytes name, const char *what)
{
	for (int i = 0; i < count; i++)
		if (BytesEqual(BytesFromCString(names[i]), name))
			return i;
	elog(ERROR, "unknown %s \"%.*s\" in the catalog", what, BYTES_ARGS(name));
}

const char *
ResourceStatusName(ResourceStatus status)
{
	return status_names[status];
}

ResourceStatus
ResourceStatusFromName(Bytes name)
{
	return FindName(status_names, lengthof(status_names), name, "status");
}

const char *
ProjectionTypeName(ProjectionType type)
{
	return projection_names[type];
}

static bool
SchemaUses(const KeySchema *key, Bytes name)
{
	for (int i = 0; i < key->partition_count; i++)
		if (BytesEqual(key->partition[i].name, name))
			return true;
	for (int i = 0; i < key->sort_count; i++)
		if (BytesEqual(key->sort[i].name, name))
			return true;
	return false;
}

bool
DefinitionUses(const TableDefinition *definition, Bytes name)
{
	if (SchemaUses(&definition->key, name))
		return true;
	for (int i = 0; i < definition->index_count; i++)
		if (SchemaUses(&definition->indexes[i].key, name))
			return true;
	return false;
}

static void
WriteNames(JsonWriter *writer, const char *member, const KeyAttribute *attributes, int count)
{
	JsonName(writer, member);
	JsonBeginArray(writer);
	for (int i = 0; i < count; i++)
		JsonString(writer, attributes[i].name);
	JsonEndArray(writer);
}

static void
WriteKeySchema(JsonWriter *writer, const KeySchema *key)
{
	WriteNames(writer, "partition", key->partition, key->partition_count);
	WriteNames(writer, "sort", key->sort, key->sort_count);
}

static void
WriteAttributes(JsonWriter *writer, const TableDefinition *definition)
{
	JsonName(writer, "attributes");
	JsonBeginArray(writer);
	for (int i = 0; i < definition->attribute_count; i++)
	{
		JsonBeginObject(writer);
		JsonName(writer, "name");
		JsonString(writer, definition->attributes[i].name);
		JsonName(writer, "type");
		JsonCString(writer, AttributeTypeName(definition->attributes[i].type));
		JsonEndObject(writer);
	}
	JsonEndArray(writer);
}

static void
WriteIndex(JsonWriter *writer, const TableIndex *index)
{
	JsonBeginObject(writer);
	JsonName(writer, "name");
	JsonString(writer, index->name);
	JsonName(writer, "number");
	JsonInteger(writer, index->number);
	JsonName(writer, "local");
	JsonBoolean(writer, index->local);
	WriteKeySchema(writer, &index->key);
	JsonName(writer, "projection");
	JsonCString(writer, ProjectionTypeName(index->projection));
	JsonName(writer, "include");
	JsonBeginArray(writer);
	for (int i = 0; i < index->include_count; i++)
		JsonString(writer, index->include[i]);
	JsonEndArray(writer);
	JsonName(writer, "status");
	JsonCString(writer, ResourceStatusName(index->status));
	JsonName(writer, "backfilling");
	JsonBoolean(writer, index->backfilling);
	JsonEndObject(writer);
}

static void
WriteTimeToLive(JsonWriter *writer, const TableIndex *index)
{
	if (index == NULL)
		return;
	JsonName(writer, "time_to_live");
	JsonBeginObject(writer);
	JsonName(writer, "attribute");
	JsonString(writer, index->key.partition[0].name);
	JsonName(writer, "number");
	JsonInteger(writer, index->number);
	JsonName(writer, "status");
	JsonCString(writer, ResourceStatusName(index->status));
	JsonEndObject(writer);
}

Jsonb *
DefinitionToJsonb(const TableDefinition *definition, int next_index)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, true);
	JsonBeginObject(&writer);
	WriteAttributes(&writer, definition);
	WriteKeySchema(&writer, &definition->key);
	JsonName(&writer, "next_index");
	JsonInteger(&writer, next_index);
	JsonName(&writer, "indexes");
	JsonBeginArray(&writer);
	for (int i = 0; i < definition->index_count; i++)
		WriteIndex(&writer, &definition->indexes[i]);
	JsonEndArray(&writer);
	WriteTimeToLive(&writer, definition->time_to_live);
	JsonEndObject(&writer);
	return JsonToJsonb(&text);
}

/* A member that DefinitionToJsonb always writes. */
static const JsonNode *
GetMember(const JsonNode *object, const char *name)
{
	const JsonNode *member = JsonGet(object, name);

	if (member == NULL)
		elog(ERROR, "\"%s\" is missing in the catalog", name);
	return member;
}

/* The type that the attribute definitions give the name. */
static AttributeType
TypeOf(const TableDefinition *definition, Bytes name)
{
	for (int i = 0; i < definition->attribute_count; i++)
		if (BytesEqual(definition->attributes[i].name, name))
			return definition->attributes[i].type;
	elog(ERROR, "key attribute \"%.*s\" has no definition", BYTES_ARGS(name));
}

static int
ReadKeyAttributes(const JsonNode *names, const TableDefinition *definition, KeyAttribute *into)
{
	if (names->count > MAX_KEY_ATTRIBUTES)
		elog(ERROR, "too many key attributes in the catalog");
	for (int i = 0; i < names->count; i++)
	{
		into[i].name = JsonNodeString(&names->elements[i]);
		into[i].type = TypeOf(definition, into[i].name);
	}
	return names->count;
}

static void
ReadKeySchema(const JsonNode *object, const TableDefinition *definition, KeySchema *key)
{
	key->partition_count =
	    ReadKeyAttributes(GetMember(object, "partition"), definition, key->partition);
	key->sort_count = ReadKeyAttributes(GetMember(object, "sort"), definition, key->sort);
}

static void
ReadAttributes(const JsonNode *array, TableDefinition *definition)
{
	definition->attribute_count = array->count;
	definition->attributes = palloc0_array(KeyAttribute, array->count);
	for (int i = 0; i < array->count; i++)
	{
		const JsonNode *node = &array->elements[i];
		KeyAttribute *attribute = &definition->attributes[i];

		attribute->name = JsonGetString(node, "name");
		if (!AttributeTypeFromName(JsonGetString(node, "type"), &attribute->type))
			elog(ERROR, "unknown attribute type in the catalog");
	}
}

static void
ReadIndex(const JsonNode *node, const TableDefinition *definition, TableIndex *index)
{
	const JsonNode *include = GetMember(node, "include");

	index->name = JsonGetString(node, "name");
	index->number = (int) JsonGetInteger(node, "number", 0);
	index->local = JsonGetBoolean(node, "local", false);
	ReadKeySchema(node, definition, &index->key);
	index->projection = FindName(projection_names, lengthof(projection_names),
	                             JsonGetString(node, "projection"), "projection");
	index->include_count = include->count;
	index->include = palloc_array(Bytes, include->count);
	for (int i = 0; i < include->count; i++)
		index->include[i] = JsonNodeString(&include->elements[i]);
	index->status = ResourceStatusFromName(JsonGetString(node, "status"));
	index->backfilling = JsonGetBoolean(node, "backfilling", false);
}

TableIndex *
ExpiryIndex(Bytes attribute, int number, ResourceStatus status)
{
	TableIndex *index = palloc0_object(TableIndex);

	index->of_expiry = true;
	index->number = number;
	index->status = status;
	index->key.partition_count = 1;
	index->key.partition[0] = (KeyAttribute){ attribute, ATTRIBUTE_N };
	return index;
}

static TableIndex *
ReadTimeToLive(const JsonNode *node)
{
	if (node == NULL)
		return NULL;
	return ExpiryIndex(JsonGetString(node, "attribute"), (int) JsonGetInteger(node, "number", 0),
	                   ResourceStatusFromName(JsonGetString(node, "status")));
}

void
DefinitionFromJsonb(Jsonb *jsonb, TableDefinition *definition, int *next_index)
{
	const JsonNode *root = JsonFromJsonb(jsonb);
	const JsonNode *indexes = GetMember(root, "indexes");

	ReadAttributes(GetMember(root, "attributes"), definition);
	ReadKeySchema(root, definition, &definition->key);
	*next_index = (int) JsonGetInteger(root, "next_index", 1);
	definition->index_count = indexes->count;
	definition->indexes = palloc0_array(TableIndex, indexes->count);
	for (int i = 0; i < indexes->count; i++)
		ReadIndex(&indexes->elements[i], definition, &definition->indexes[i]);
	definition->time_to_live = ReadTimeToLive(JsonGet(root, "time_to_live"));
}

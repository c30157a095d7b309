/*
 * A table's definition as the jsonb that the catalog keeps:
 *
 *   {"attributes": [{"name": "Artist", "type": "S"}, ...],
 *    "partition": ["Artist"], "sort": ["SongTitle"], "next_index": 2,
 *    "indexes": [{"name": "ByYear", "number": 1, "local": false,
 *                 "partition": ["Year"], "sort": [], "projection": "INCLUDE",
 *                 "include": ["Genre"], "status": "ACTIVE",
 *                 "backfilling": false}, ...],
 *    "vectors": [{"name": "ByEmbedding", "number": 3, "attribute": "Embedding",
 *                 "dimensions": 768, "function": "COSINE", "bits": 8, "filter_bytes": 32,
 *                 "partition": ["Tenant"], "hash_position": 0, "filters": ["Genre"],
 *                 "projection": "ALL", "include": [], "status": "ACTIVE",
 *                 "backfilling": false}, ...],
 *    "time_to_live": {"attribute": "Expires", "number": 2, "status": "ACTIVE"},
 *    "rebuilds": [{"number": 1, "next_leaf": 0}, ...]}
 *
 * without vectors where there are none, without time_to_live where that is disabled, and without
 * rebuilds where no index is built anew.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "json/kept_json.h"
#include "storage/catalog/definition.h"

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
	KeptFault(what, "is unknown");
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
VectorUses(const VectorForm *form, Bytes name)
{
	for (int i = 0; i < form->filter_count; i++)
		if (BytesEqual(form->filters[i].name, name))
			return true;
	return false;
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
	for (int i = 0; i < definition->vector_count; i++)
		if (SchemaUses(&definition->vectors[i].key, name) ||
		    VectorUses(&definition->vectors[i].vector->form, name))
			return true;
	return false;
}

bool
IndexIsBeingRebuilt(const TableDefinition *definition, int number)
{
	for (int i = 0; i < definition->rebuild_count; i++)
		if (definition->rebuilds[i].number == number)
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

/* What indexes of each kind have. */
static void
WriteProjectionAndState(JsonWriter *writer, const TableIndex *index)
{
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
}

static void
WriteIdentity(JsonWriter *writer, const TableIndex *index)
{
	JsonName(writer, "name");
	JsonString(writer, index->name);
	JsonName(writer, "number");
	JsonInteger(writer, index->number);
}

static void
WriteIndex(JsonWriter *writer, const TableIndex *index)
{
	JsonBeginObject(writer);
	WriteIdentity(writer, index);
	JsonName(writer, "local");
	JsonBoolean(writer, index->local);
	WriteKeySchema(writer, &index->key);
	WriteProjectionAndState(writer, index);
	JsonEndObject(writer);
}

static void
WriteNumber(JsonWriter *writer, const char *name, int number)
{
	JsonName(writer, name);
	JsonInteger(writer, number);
}

static void
WriteVectorIndex(JsonWriter *writer, const TableIndex *index)
{
	const VectorIndex *vector = index->vector;

	JsonBeginObject(writer);
	WriteIdentity(writer, index);
	JsonName(writer, "attribute");
	JsonString(writer, vector->form.attribute);
	WriteNumber(writer, "dimensions", vector->form.dimensions);
	JsonName(writer, "function");
	JsonCString(writer, VectorFunctionName(vector->function));
	WriteNumber(writer, "bits", vector->form.bits);
	WriteNumber(writer, "filter_bytes", vector->form.filter_bytes);
	WriteNames(writer, "partition", index->key.partition, index->key.partition_count);
	WriteNumber(writer, "hash_position", vector->hash_position);
	JsonName(writer, "filters");
	JsonBeginArray(writer);
	for (int i = 0; i < vector->form.filter_count; i++)
		JsonString(writer, vector->form.filters[i].name);
	JsonEndArray(writer);
	WriteProjectionAndState(writer, index);
	JsonEndObject(writer);
}

static void
WriteVectorIndexes(JsonWriter *writer, const TableDefinition *definition)
{
	if (definition->vector_count == 0)
		return;
	JsonName(writer, "vectors");
	JsonBeginArray(writer);
	for (int i = 0; i < definition->vector_count; i++)
		WriteVectorIndex(writer, &definition->vectors[i]);
	JsonEndArray(writer);
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

static void
WriteRebuilds(JsonWriter *writer, const TableDefinition *definition)
{
	if (definition->rebuild_count == 0)
		return;
	JsonName(writer, "rebuilds");
	JsonBeginArray(writer);
	for (int i = 0; i < definition->rebuild_count; i++)
	{
		JsonBeginObject(writer);
		JsonName(writer, "number");
		JsonInteger(writer, definition->rebuilds[i].number);
		JsonName(writer, "next_leaf");
		JsonInteger(writer, definition->rebuilds[i].next_leaf);
		JsonEndObject(writer);
	}
	JsonEndArray(writer);
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
	WriteVectorIndexes(&writer, definition);
	WriteTimeToLive(&writer, definition->time_to_live);
	WriteRebuilds(&writer, definition);
	JsonEndObject(&writer);
	return JsonToJsonb(&text);
}

/* The type that the attribute definitions give the name. */
static AttributeType
TypeOf(const TableDefinition *definition, Bytes name)
{
	for (int i = 0; i < definition->attribute_count; i++)
		if (BytesEqual(definition->attributes[i].name, name))
			return definition->attributes[i].type;
	KeptFault("attributes", "lacks an attribute of a key");
}

/* An array of `least` to `most` attributes' names. */
static int
ReadKeyAttributes(const JsonNode *object, const char *member, int least, int most,
                  const TableDefinition *definition, KeyAttribute *into)
{
	const JsonNode *names = KeptNeed(object, member, JSON_NODE_ARRAY);

	if (names->count < least || names->count > most)
		KeptFault(member, "has a wrong number of elements");
	for (int i = 0; i < names->count; i++)
	{
		into[i].name = KeptString(&names->elements[i], member);
		into[i].type = TypeOf(definition, into[i].name);
	}
	return names->count;
}

/* Only global indexes have keys of more than one partition, or sort, attribute. */
static void
ReadKeySchema(const JsonNode *object, const TableDefinition *definition, int most, KeySchema *key)
{
	key->partition_count =
	    ReadKeyAttributes(object, "partition", 1, most, definition, key->partition);
	key->sort_count = ReadKeyAttributes(object, "sort", 0, most, definition, key->sort);
}

static AttributeType
ReadKeyType(const JsonNode *node)
{
	AttributeType type;

	if (!AttributeTypeFromName(KeptNeedString(node, "type"), &type) ||
	    (type != ATTRIBUTE_S && type != ATTRIBUTE_N && type != ATTRIBUTE_B))
		KeptFault("type", "is no type of a key");
	return type;
}

static void
ReadAttributes(const JsonNode *array, TableDefinition *definition)
{
	definition->attribute_count = array->count;
	definition->attributes = palloc0_array(KeyAttribute, array->count);
	for (int i = 0; i < array->count; i++)
		definition->attributes[i] = (KeyAttribute){ KeptNeedString(&array->elements[i], "name"),
			                                        ReadKeyType(&array->elements[i]) };
}

static int
ReadNumber(const JsonNode *object, const char *name)
{
	int number = (int) KeptGetInteger(object, name, 0, PG_INT32_MAX);

	if (number == 0)
		KeptFault(name, "is missing");
	return number;
}

static void
ReadInclude(const JsonNode *include, TableIndex *index)
{
	index->include_count = include->count;
	index->include = palloc_array(Bytes, include->count);
	for (int i = 0; i < include->count; i++)
		index->include[i] = KeptString(&include->elements[i], "include");
}

static void
ReadProjectionAndState(const JsonNode *node, TableIndex *index)
{
	index->projection = FindName(projection_names, lengthof(projection_names),
	                             KeptNeedString(node, "projection"), "projection");
	ReadInclude(KeptNeed(node, "include", JSON_NODE_ARRAY), index);
	index->status = ResourceStatusFromName(KeptNeedString(node, "status"));
	index->backfilling = KeptGetBoolean(node, "backfilling");
}

static void
ReadIndex(const JsonNode *node, const TableDefinition *definition, TableIndex *index)
{
	index->name = KeptNeedString(node, "name");
	index->number = ReadNumber(node, "number");
	index->local = KeptGetBoolean(node, "local");
	ReadKeySchema(node, definition, index->local ? 1 : MAX_KEY_ATTRIBUTES, &index->key);
	ReadProjectionAndState(node, index);
}

/* Of a stored one it is taken as it is: the index of each partition has been made so. */
static int
ReadWithin(const JsonNode *object, const char *name, int least, int most)
{
	int64 number = KeptGetInteger(object, name, -1, most);

	if (number < least)
		KeptFault(name, "is out of range");
	return (int) number;
}

static void
ReadFilters(const JsonNode *names, const TableDefinition *definition, VectorForm *form)
{
	if (names->count > MAX_VECTOR_FILTERS)
		KeptFault("filters", "has a wrong number of elements");
	form->filter_count = names->count;
	for (int i = 0; i < names->count; i++)
	{
		form->filters[i].name = KeptString(&names->elements[i], "filters");
		form->filters[i].type = TypeOf(definition, form->filters[i].name);
	}
}

static void
ReadVectorIndex(const JsonNode *node, const TableDefinition *definition, TableIndex *index)
{
	VectorIndex *vector = palloc0_object(VectorIndex);
	VectorForm *form = &vector->form;

	index->vector = vector;
	index->name = KeptNeedString(node, "name");
	index->number = ReadNumber(node, "number");
	form->attribute = KeptNeedString(node, "attribute");
	form->dimensions = ReadWithin(node, "dimensions", 1, MAX_VECTOR_DIMENSIONS);
	if (!VectorFunctionFromName(KeptNeedString(node, "function"), &vector->function))
		KeptFault("function", "is unknown");
	form->bits = ReadWithin(node, "bits", 4, 8) == 8 ? 8 : 4;
	form->filter_bytes = ReadWithin(node, "filter_bytes", 0, MAX_FILTER_BYTES);
	vector->hash_position = ReadWithin(node, "hash_position", 0, MAX_VECTOR_FILTERS);
	index->key.partition_count =
	    ReadKeyAttributes(node, "partition", 0, 1, definition, index->key.partition);
	ReadFilters(KeptNeed(node, "filters", JSON_NODE_ARRAY), definition, form);
	ReadProjectionAndState(node, index);
}

static void
ReadVectorIndexes(const JsonNode *array, TableDefinition *definition)
{
	definition->vector_count = array != NULL ? array->count : 0;
	definition->vectors = palloc0_array(TableIndex, definition->vector_count);
	for (int i = 0; i < definition->vector_count; i++)
	{
		KeptCheck(&array->elements[i], JSON_NODE_OBJECT, "vectors");
		ReadVectorIndex(&array->elements[i], definition, &definition->vectors[i]);
	}
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
	return ExpiryIndex(KeptNeedString(node, "attribute"), ReadNumber(node, "number"),
	                   ResourceStatusFromName(KeptNeedString(node, "status")));
}

static void
ReadRebuilds(const JsonNode *array, TableDefinition *definition)
{
	definition->rebuild_count = array != NULL ? array->count : 0;
	definition->rebuilds = palloc0_array(IndexRebuild, definition->rebuild_count);
	for (int i = 0; i < definition->rebuild_count; i++)
	{
		const JsonNode *node = &array->elements[i];

		KeptCheck(node, JSON_NODE_OBJECT, "rebuilds");
		definition->rebuilds[i].number = KeptGetInteger(node, "number", 0, PG_INT32_MAX);
		definition->rebuilds[i].next_leaf = KeptGetInteger(node, "next_leaf", 0, PG_INT32_MAX);
	}
}

void
DefinitionFromJsonb(Jsonb *jsonb, TableDefinition *definition, int *next_index)
{
	const JsonNode *root = JsonFromJsonb(jsonb);
	const JsonNode *indexes = KeptNeed(root, "indexes", JSON_NODE_ARRAY);

	ReadAttributes(KeptNeed(root, "attributes", JSON_NODE_ARRAY), definition);
	ReadKeySchema(root, definition, 1, &definition->key);
	*next_index = ReadNumber(root, "next_index");
	definition->index_count = indexes->count;
	definition->indexes = palloc0_array(TableIndex, indexes->count);
	for (int i = 0; i < indexes->count; i++)
		ReadIndex(&indexes->elements[i], definition, &definition->indexes[i]);
	ReadVectorIndexes(KeptGet(root, "vectors", JSON_NODE_ARRAY), definition);
	definition->time_to_live = ReadTimeToLive(KeptGet(root, "time_to_live", JSON_NODE_OBJECT));
	ReadRebuilds(KeptGet(root, "rebuilds", JSON_NODE_ARRAY), definition);
}

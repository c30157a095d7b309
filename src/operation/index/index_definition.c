/*
 * Rules of CreateTable's and UpdateTable's key schemas and indexes (API
 * reference, CreateTable; developer guide, "Quotas").
 */
#include "operation/index/index_definition.h"

#include "compat.h"
#include "error/error.h"
#include "item/hash_order.h"
#include "operation/arn.h"
#include "operation/index/projection.h"
#include "operation/index/vector_definition.h"
#include "storage/catalog/definition.h"

#define MAX_LOCAL_INDEXES 5
#define MAX_PROJECTED_ATTRIBUTES 100 /* of all indexes' NonKeyAttributes */

/*
 * As many as keys can use: the table's own, a sort key of each local index,
 * those of global ones.
 */
#define MAX_ATTRIBUTE_DEFINITIONS \
	(2 + MAX_LOCAL_INDEXES + MAX_GLOBAL_INDEXES * 2 * MAX_KEY_ATTRIBUTES)

static bool
TextIs(Bytes text, const char *literal)
{
	return BytesEqual(text, BytesFromCString(literal));
}

static const KeyAttribute *
FindAttribute(const TableDefinition *definition, Bytes name)
{
	for (int i = 0; i < definition->attribute_count; i++)
	{
		if (BytesEqual(definition->attributes[i].name, name))
			return &definition->attributes[i];
	}
	return NULL;
}

/* "a, b", in the request's order. */
static char *
DefinedNames(const TableDefinition *definition)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < definition->attribute_count; i++)
		appendStringInfo(&names, "%s%.*s", i > 0 ? ", " : "",
		                 BYTES_ARGS(definition->attributes[i].name));
	return names.data;
}

/* As most recorded errors list the attributes of keys. */
static char *
KeyNamesText(const KeyAttribute *attributes, int count)
{
	Bytes *names = palloc_array(Bytes, Max(count, 1));

	for (int i = 0; i < count; i++)
		names[i] = attributes[i].name;
	return NamesInHashOrder(names, count);
}

pg_noreturn static void
RaiseUnusedAttributes(void)
{
	ValidationError(TEXT_KEY_SCHEMA_NUMBER);
}

void
AttributeDefinitionsRead(const JsonNode *definitions, TableDefinition *definition)
{
	int count = definitions == NULL ? 0 : definitions->count;
	int before = definition->attribute_count;
	KeyAttribute *attributes;

	if (count > MAX_ATTRIBUTE_DEFINITIONS)
		RaiseUnusedAttributes();
	attributes = palloc(sizeof(KeyAttribute) * (before + count + 1));
	if (before > 0)
		memcpy(attributes, definition->attributes, sizeof(KeyAttribute) * before);
	definition->attributes = attributes;
	for (int i = 0; i < count; i++)
	{
		const Structure *node = NodeStructure(&definitions->elements[i]);
		KeyAttribute attribute = { .name = StructureString(node, member_AttributeName) };
		const KeyAttribute *known = FindAttribute(definition, attribute.name);

		AttributeTypeFromName(StructureString(node, member_AttributeType), &attribute.type);
		if (known == NULL)
			attributes[definition->attribute_count++] = attribute;
		else if (before == 0)
			ValidationError(TEXT_ATTRIBUTE_TWICE, BYTES_ARGS(attribute.name));
		else if (known->type != attribute.type)
			ValidationError(TEXT_ATTRIBUTE_REDEFINED, BYTES_ARGS(attribute.name),
			                AttributeTypeName(known->type), AttributeTypeName(attribute.type));
	}
}

/* The key's attributes, partition before sort; their types are not known yet. */
typedef struct KeyNames
{
	int partition_count;
	int count;
	KeyAttribute all[2 * MAX_KEY_ATTRIBUTES];
} KeyNames;

static void
AddKeyName(KeyNames *names, Bytes name)
{
	for (int i = 0; i < names->count; i++)
	{
		if (!BytesEqual(names->all[i].name, name))
			continue;
		if (names->count == 1)
			ValidationError(TEXT_KEY_SCHEMA_SAME_NAME);
		ValidationError(TEXT_KEY_SCHEMA_TWICE);
	}
	names->all[names->count++] = (KeyAttribute){ .name = name };
}

static void
CheckKeyCounts(const KeyNames *names, int sort_count)
{
	if (names->partition_count > MAX_KEY_ATTRIBUTES)
		ValidationError(TEXT_KEY_SCHEMA_TOO_MANY, "HASH");
	if (sort_count > MAX_KEY_ATTRIBUTES)
		ValidationError(TEXT_KEY_SCHEMA_TOO_MANY, "RANGE");
}

/* The shape allows a table or local index two elements, a global index eight. */
static void
ReadKeyNames(const JsonNode *key_schema, bool global, KeyNames *names)
{
	int hash_count = 0;
	int range_count = 0;

	for (int i = 0; i < key_schema->count; i++)
	{
		const Structure *element = NodeStructure(&key_schema->elements[i]);
		bool hash = TextIs(StructureString(element, member_KeyType), "HASH");

		if (i == 0 && !hash)
			ValidationError(TEXT_KEY_SCHEMA_FIRST);
		if (i == 1 && hash && !global)
			ValidationError(TEXT_KEY_SCHEMA_SECOND);
		if (hash && range_count > 0)
			ValidationError(TEXT_KEY_SCHEMA_ORDER);
		hash_count += hash;
		range_count += !hash;
	}
	names->partition_count = hash_count;
	CheckKeyCounts(names, range_count);
	for (int i = 0; i < key_schema->count; i++)
		AddKeyName(names,
		           StructureString(NodeStructure(&key_schema->elements[i]), member_AttributeName));
}

static void
ResolveTypes(KeyNames *names, const TableDefinition *definition)
{
	for (int i = 0; i < names->count; i++)
	{
		const KeyAttribute *attribute = FindAttribute(definition, names->all[i].name);

		if (attribute == NULL)
			ValidationError(TEXT_INDEX_KEYS_UNDEFINED, KeyNamesText(names->all, names->count),
			                DefinedNames(definition));
		names->all[i].type = attribute->type;
	}
}

static KeySchema
ReadKey(const JsonNode *key_schema, const TableDefinition *definition, bool global)
{
	KeyNames names = { 0 };
	KeySchema key = { 0 };

	if (key_schema->count > definition->attribute_count)
		ValidationError(TEXT_KEY_SCHEMA_NO_DEFINITION);
	ReadKeyNames(key_schema, global, &names);
	ResolveTypes(&names, definition);
	key.partition_count = names.partition_count;
	key.sort_count = names.count - names.partition_count;
	memcpy(key.partition, names.all, sizeof(KeyAttribute) * key.partition_count);
	memcpy(key.sort, names.all + key.partition_count, sizeof(KeyAttribute) * key.sort_count);
	return key;
}

void
TableKeyRead(const JsonNode *key_schema, TableDefinition *definition)
{
	definition->key = ReadKey(key_schema, definition, false);
}

static TableIndex
ReadIndex(const Structure *node, const TableDefinition *definition, bool local)
{
	TableIndex index = { .name = StructureString(node, member_IndexName), .local = local };

	index.key = ReadKey(StructureList(node, member_KeySchema), definition, !local);
	IndexProjectionRead(StructureStructure(node, member_Projection), &index);
	return index;
}

TableIndex
LocalIndexRead(const Structure *node, const TableDefinition *definition)
{
	TableIndex index = ReadIndex(node, definition, true);

	if (definition->key.sort_count == 0)
		ValidationError(TEXT_LOCAL_NO_TABLE_RANGE);
	if (index.key.sort_count == 0)
		ValidationError(TEXT_LOCAL_NO_RANGE, BYTES_ARGS(index.name));
	if (!BytesEqual(index.key.partition[0].name, definition->key.partition[0].name))
		ValidationError(TEXT_LOCAL_OTHER_HASH, BYTES_ARGS(index.name),
		                BYTES_ARGS(index.key.partition[0].name),
		                BYTES_ARGS(definition->key.partition[0].name));
	return index;
}

TableIndex
GlobalIndexRead(const Structure *node, const TableDefinition *definition)
{
	return ReadIndex(node, definition, false);
}

static void
CheckDistinctName(const TableDefinition *definition, int position)
{
	for (int i = 0; i < position; i++)
	{
		if (BytesEqual(definition->indexes[i].name, definition->indexes[position].name))
			ValidationError(TEXT_INDEX_NAME_TWICE, BYTES_ARGS(definition->indexes[position].name));
	}
}

void
IndexCountsCheck(int local, int global)
{
	if (local > MAX_LOCAL_INDEXES)
		ValidationError(TEXT_LOCAL_TOO_MANY, MAX_LOCAL_INDEXES);
	if (global > MAX_GLOBAL_INDEXES)
		ValidationError(TEXT_GLOBAL_TOO_MANY, MAX_GLOBAL_INDEXES);
}

void
IndexesCheck(const TableDefinition *definition)
{
	int projected = 0;

	for (int i = 0; i < definition->index_count; i++)
	{
		CheckDistinctName(definition, i);
		projected += definition->indexes[i].include_count;
	}
	if (projected > MAX_PROJECTED_ATTRIBUTES)
		ValidationError(TEXT_PROJECTED_TOO_MANY, MAX_PROJECTED_ATTRIBUTES);
}

pg_noreturn static void
RaiseUnused(const TableDefinition *definition, const KeyAttribute *used, int used_count)
{
	ValidationError(TEXT_ATTRIBUTES_UNUSED, DefinedNames(definition),
	                KeyNamesText(used, used_count));
}

/* Marks the attributes that a key schema, or a search schema, names; NULL: none. */
static void
MarkUsed(const JsonNode *key_schema, const TableDefinition *definition, bool *used)
{
	for (int i = 0; key_schema != NULL && i < key_schema->count; i++)
	{
		const Structure *element = NodeStructure(&key_schema->elements[i]);
		const KeyAttribute *attribute =
		    FindAttribute(definition, StructureString(element, member_AttributeName));

		if (attribute != NULL)
			used[attribute - definition->attributes] = true;
	}
}

static void
MarkUsedByIndexes(const JsonNode *indexes, ListMember schema, const TableDefinition *definition,
                  bool *used)
{
	for (int i = 0; indexes != NULL && i < indexes->count; i++)
		MarkUsed(StructureList(NodeStructure(&indexes->elements[i]), schema), definition, used);
}

void
AttributesCheckRequested(const Structure *request, const TableDefinition *definition)
{
	const JsonNode *key_schema = StructureList(request, member_KeySchema);
	const JsonNode *local = StructureList(request, member_LocalSecondaryIndexes);
	const JsonNode *global = StructureList(request, member_GlobalSecondaryIndexes);
	const JsonNode *vectors = StructureList(request, member_VectorIndexes);
	int count = definition->attribute_count;
	KeyAttribute *named = palloc_array(KeyAttribute, Max(count, 1));
	bool *used = palloc0_array(bool, Max(count, 1));
	int named_count = 0;

	if (local == NULL && global == NULL && vectors == NULL && count > key_schema->count)
		RaiseUnusedAttributes();
	/* Of too many indexes IndexCountsCheck tells. */
	if ((local == NULL && global == NULL && vectors == NULL) ||
	    (local != NULL && local->count > MAX_LOCAL_INDEXES) ||
	    (global != NULL && global->count > MAX_GLOBAL_INDEXES) ||
	    (vectors != NULL && vectors->count > MAX_VECTOR_INDEXES))
		return;
	MarkUsed(key_schema, definition, used);
	MarkUsedByIndexes(local, member_KeySchema, definition, used);
	MarkUsedByIndexes(global, member_KeySchema, definition, used);
	MarkUsedByIndexes(vectors, member_SearchSchema, definition, used);
	for (int i = 0; i < count; i++)
	{
		if (used[i])
			named[named_count++] = definition->attributes[i];
	}
	if (named_count < count)
		RaiseUnused(definition, named, named_count);
}

void
AttributesCheckUsed(const TableDefinition *definition)
{
	KeyAttribute *used = palloc(sizeof(KeyAttribute) * (definition->attribute_count + 1));
	int count = 0;

	for (int i = 0; i < definition->attribute_count; i++)
	{
		if (DefinitionUses(definition, definition->attributes[i].name))
			used[count++] = definition->attributes[i];
	}
	if (count == definition->attribute_count)
		return;
	if (AllIndexCount(definition) == 0)
		RaiseUnusedAttributes();
	RaiseUnused(definition, used, count);
}

void
DefinitionCheck(const TableDefinition *definition)
{
	int local = 0;

	for (int i = 0; i < definition->index_count; i++)
	{
		local += definition->indexes[i].local;
		if (!TableNameIsWellFormed(definition->indexes[i].name))
			ValidationError(TEXT_INDEX_NAME_INVALID);
	}
	IndexCountsCheck(local, definition->index_count - local);
	IndexesCheck(definition);
	for (int i = 0; i < definition->vector_count; i++)
		if (!TableNameIsWellFormed(definition->vectors[i].name))
			ValidationError(TEXT_INDEX_NAME_INVALID);
	if (definition->vector_count > MAX_VECTOR_INDEXES)
		ValidationError(TEXT_VECTOR_COUNT, MAX_VECTOR_INDEXES);
	VectorIndexesCheck(definition);
	AttributesCheckUsed(definition);
}

/*
 * VectorIndexUpdates of UpdateTable.
 */
#include "operation/table/vector_update.h"

#include "error/error.h"
#include "operation/index/index_definition.h"
#include "operation/table/table_change.h"
#include "operation/index/vector_definition.h"

static void
CheckOneAction(const Structure *update)
{
	int actions = StructureHas(update, MEMBER_Create) + StructureHas(update, MEMBER_Delete);

	if (actions == 0)
		ValidationError(TEXT_VECTOR_UPDATE_NONE);
	if (actions > 1)
		ValidationError(TEXT_VECTOR_UPDATE_SEVERAL);
}

/* Together with those of global indexes, of whatever kind; before any of them is looked for. */
static void
CheckOneAtATime(const Structure *request, const JsonNode *updates)
{
	const JsonNode *global = StructureList(request, member_GlobalSecondaryIndexUpdates);

	if (updates->count > 1 || (global != NULL && global->count > 0))
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ONE_ONLINE_INDEX);
}

static TableIndex *
FindToDelete(const Table *table, Bytes name)
{
	TableIndex *index = TableFindVectorIndex(table, name);

	if (index == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_INDEX_TO_UPDATE, BYTES_ARGS(name),
		            BYTES_ARGS(table->definition.name));
	return index;
}

static void
CheckNameIsNew(const Table *table, Bytes name)
{
	const TableIndex *index = TableFindVectorIndex(table, name);

	if (index == NULL)
		index = TableFindIndex(table, name);
	if (index == NULL)
		return;
	if (index->status == STATUS_CREATING)
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_INDEX_BEING_CREATED,
		            BYTES_ARGS(table->definition.name), BYTES_ARGS(name));
	ValidationError(TEXT_INDEX_EXISTS);
}

static void
ReadUpdate(const Structure *update, const Table *table, IndexChange *change)
{
	const Structure *drop = StructureStructure(update, member_Delete);
	const TableIndex *built = IndexBeingBuilt(table);

	change->create_vector = StructureStructure(update, member_Create);
	if (change->create_vector != NULL)
		CheckNameIsNew(table, StructureString(change->create_vector, member_IndexName));
	if (drop != NULL)
		change->drop = FindToDelete(table, StructureString(drop, member_IndexName));
	if (built != NULL && change->drop != built)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ONE_ONLINE_INDEX);
}

void
VectorUpdatesRead(const Structure *request, const Table *table, const TableSettings *settings,
                  IndexChange *change)
{
	const JsonNode *updates = StructureList(request, member_VectorIndexUpdates);

	if (updates != NULL && updates->count > 0)
	{
		CheckOneAtATime(request, updates);
		CheckOneAction(NodeStructure(&updates->elements[0]));
		ReadUpdate(NodeStructure(&updates->elements[0]), table, change);
	}
	if (!settings->on_demand &&
	    (table->definition.vector_count > 0 || change->create_vector != NULL))
		RaiseVectorsNeedOnDemand();
}

static void
CheckNotOfKey(const KeyAttribute *attributes, int count, const char *role, const Structure *create)
{
	Bytes name =
	    StructureString(StructureStructure(create, member_VectorAttribute), member_AttributeName);

	for (int i = 0; i < count; i++)
		if (BytesEqual(attributes[i].name, name))
			ValidationError(TEXT_VECTOR_ATTRIBUTE_IS_KEY, BYTES_ARGS(name),
			                AttributeTypeName(attributes[i].type), role, BYTES_ARGS(name),
			                (int) StructureInteger(create, member_Dimensions, 0));
}

/* What the search schema names must be defined in this request, even if the table has it. */
static TableIndex
ReadCreated(const Structure *request, const Structure *create)
{
	TableDefinition defined = { 0 };

	AttributeDefinitionsRead(StructureList(request, member_AttributeDefinitions), &defined);
	return VectorIndexRead(create, &defined);
}

void
VectorIndexAdd(Table *table, const Structure *request, const Structure *create)
{
	TableDefinition definition = table->definition;
	const KeySchema *key = &definition.key;
	TableIndex index;

	if (definition.vector_count >= MAX_VECTOR_INDEXES)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_VECTOR_LIMIT, MAX_VECTOR_INDEXES);
	CheckNotOfKey(key->partition, key->partition_count, "HASH", create);
	CheckNotOfKey(key->sort, key->sort_count, "RANGE", create);
	index = ReadCreated(request, create);
	AttributeDefinitionsRead(StructureList(request, member_AttributeDefinitions), &definition);
	definition.vectors = palloc(sizeof(TableIndex) * (definition.vector_count + 1));
	if (definition.vector_count > 0)
		memcpy(definition.vectors, table->definition.vectors,
		       sizeof(TableIndex) * definition.vector_count);
	definition.vectors[definition.vector_count++] = index;
	VectorIndexesCheck(&definition);
	TableAddIndex(table, &index, definition.attributes, definition.attribute_count);
}

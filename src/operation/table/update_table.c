/*
 * UpdateTable.
 */
#include "operation/table_operations.h"

#include "compat.h"
#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/index/index_definition.h"
#include "operation/throughput/quota.h"
#include "operation/table/replica_updates.h"
#include "operation/table/stream_specification.h"
#include "operation/table/table_change.h"
#include "operation/table/table_description.h"
#include "operation/table/table_options.h"
#include "operation/table/update_combination.h"
#include "operation/throughput/throughput.h"
#include "operation/index/vector_definition.h"
#include "operation/table/vector_update.h"

static const MemberId effective_members[] = {
	MEMBER_BillingMode,
	MEMBER_ProvisionedThroughput,
	MEMBER_TableClass,
	MEMBER_GlobalSecondaryIndexUpdates,
	MEMBER_VectorIndexUpdates,
	MEMBER_SSESpecification,
	MEMBER_DeletionProtectionEnabled,
	MEMBER_WarmThroughput,
	MEMBER_OnDemandThroughput,
	MEMBER_StreamSpecification,
	MEMBER_ReplicaUpdates,
	MEMBER_GlobalTableSettingsReplicationMode,
	MEMBER_DisassociationProtectionEnabled,
};

static void
CheckAsksSomething(const Structure *request)
{
	for (int i = 0; i < lengthof(effective_members); i++)
	{
		const JsonNode *member = StructureFind(request, effective_members[i]);

		if (member != NULL && !(member->type == JSON_NODE_ARRAY && member->count == 0))
			return;
	}
	ValidationError(TEXT_TABLE_UPDATE_NONE);
}

static void
CheckOneAction(const Structure *update)
{
	int actions = (StructureHas(update, MEMBER_Create)) + (StructureHas(update, MEMBER_Update)) +
	              (StructureHas(update, MEMBER_Delete));

	if (actions == 0)
		ValidationError(TEXT_UPDATE_NONE);
	if (actions > 1)
		ValidationError(TEXT_UPDATE_SEVERAL);
}

static Bytes
UpdatedIndex(const Structure *update)
{
	static const StructureMember actions[] = { { MEMBER_Update },
		                                       { MEMBER_Create },
		                                       { MEMBER_Delete } };

	for (int i = 0; i < lengthof(actions); i++)
	{
		if (StructureHas(update, actions[i].id))
			return StructureString(StructureStructure(update, actions[i]), member_IndexName);
	}
	return (Bytes){ NULL, 0 };
}

/* Of more different indexes than there can be one is not found. */
static void
CheckDistinctIndexes(const JsonNode *updates)
{
	for (int i = 0; i < Min(updates->count, MAX_GLOBAL_INDEXES + 2); i++)
	{
		Bytes name = UpdatedIndex(NodeStructure(&updates->elements[i]));

		for (int j = 0; j < i; j++)
		{
			if (BytesEqual(name, UpdatedIndex(NodeStructure(&updates->elements[j]))))
				ValidationError(TEXT_UPDATE_INDEX_TWICE, BYTES_ARGS(name));
		}
	}
}

/* `verb` is what is to be done to it. */
static TableIndex *
FindGlobalIndex(const Table *table, Bytes name, const char *verb)
{
	TableIndex *index = TableFindIndex(table, name);

	if (index == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_INDEX_TO_UPDATE, BYTES_ARGS(name),
		            BYTES_ARGS(table->definition.name));
	if (index->local)
		ValidationError(TEXT_NOT_GLOBAL_INDEX, verb, BYTES_ARGS(name));
	return index;
}

/* Before any of them is looked for. */
static void
CheckOneIndexAtATime(const JsonNode *updates)
{
	int changes = 0;

	for (int i = 0; i < updates->count; i++)
		changes += !StructureHas(NodeStructure(&updates->elements[i]), MEMBER_Update);
	if (changes > 1)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ONE_ONLINE_INDEX);
}

static void
ReadIndexUpdate(const Structure *node, const Table *table, TableSettings *settings,
                IndexChange *change)
{
	const Structure *create = StructureStructure(node, member_Create);
	const Structure *update = StructureStructure(node, member_Update);
	const Structure *drop = StructureStructure(node, member_Delete);
	const TableIndex *built = IndexBeingBuilt(table);

	if (update != NULL)
	{
		(void) FindGlobalIndex(table, StructureString(update, member_IndexName), "update");
		IndexThroughputUpdate(update, settings);
		return;
	}
	change->create = create;
	if (drop != NULL)
		change->drop = FindGlobalIndex(table, StructureString(drop, member_IndexName), "delete");
	/* What is being built may be deleted (API reference, Backfilling). */
	if (built != NULL && change->drop != built)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ONE_ONLINE_INDEX);
}

static void
ReadIndexUpdates(const Structure *request, const Table *table, TableSettings *settings,
                 IndexChange *change)
{
	const JsonNode *updates = StructureList(request, member_GlobalSecondaryIndexUpdates);

	if (updates == NULL)
		return;
	if (updates->count == 0)
		ValidationError(TEXT_UPDATES_EMPTY);
	CheckDistinctIndexes(updates);
	for (int i = 0; i < updates->count; i++)
		CheckOneAction(NodeStructure(&updates->elements[i]));
	CheckOneIndexAtATime(updates);
	for (int i = 0; i < updates->count; i++)
		ReadIndexUpdate(NodeStructure(&updates->elements[i]), table, settings, change);
}

/* What UpdateTable says otherwise than CreateTable. */
static void
CheckIndexCreate(const TableDefinition *definition, const Structure *request,
                 const Structure *create)
{
	int global = 0;

	if (!StructureHas(request, MEMBER_AttributeDefinitions))
		ValidationError(TEXT_CREATE_NO_ATTRIBUTES,
		                BYTES_ARGS(StructureString(create, member_IndexName)));
	for (int i = 0; i < definition->index_count; i++)
		global += !definition->indexes[i].local;
	if (global >= MAX_GLOBAL_INDEXES)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_GLOBAL_LIMIT, MAX_GLOBAL_INDEXES);
}

/* The definition that the table would have with a further index; checks it. */
static void
AddIndex(Table *table, const Structure *request, const Structure *create, TableSettings *settings)
{
	TableDefinition definition = table->definition;
	TableIndex *index;

	if (TableFindIndex(table, StructureString(create, member_IndexName)) != NULL ||
	    TableFindVectorIndex(table, StructureString(create, member_IndexName)) != NULL)
		ValidationError(TEXT_INDEX_EXISTS);
	CheckIndexCreate(&definition, request, create);
	definition.indexes = palloc(sizeof(TableIndex) * (definition.index_count + 1));
	if (definition.index_count > 0)
		memcpy(definition.indexes, table->definition.indexes,
		       sizeof(TableIndex) * definition.index_count);
	AttributeDefinitionsRead(StructureList(request, member_AttributeDefinitions), &definition);
	index = &definition.indexes[definition.index_count++];
	*index = GlobalIndexRead(create, &definition);
	IndexesCheck(&definition);
	VectorIndexesCheck(&definition);
	IndexThroughputCreate(create, false, settings);
	TableAddIndex(table, index, definition.attributes, definition.attribute_count);
}

static void
DropIndex(Table *table, TableIndex *index, TableSettings *settings)
{
	IndexCapacityRemove(settings, index->name);
	ScalableTargetsRemoveIndex(&settings->scalable, index->name);
	TableInsightsRemoveIndex(&settings->insights, index->name);
	TableDropIndex(table, index);
}

/* Whether the request deletes the index, and does nothing else to indexes. */
static bool
Deletes(const JsonNode *updates, const TableIndex *index)
{
	return updates != NULL && updates->count == 1 &&
	       StructureHas(NodeStructure(&updates->elements[0]), MEMBER_Delete) &&
	       BytesEqual(UpdatedIndex(NodeStructure(&updates->elements[0])), index->name);
}

/* Of a table whose index is being created, and whose items are not yet read for it. */
pg_noreturn static void
RaiseIndexPrepared(const Table *table, const TableIndex *index, const Structure *request)
{
	const JsonNode *updates = StructureList(request, member_GlobalSecondaryIndexUpdates);
	const JsonNode *vector_updates = StructureList(request, member_VectorIndexUpdates);

	if (Deletes(index->vector != NULL ? vector_updates : updates, index))
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_DELETE_PREPARED_INDEX,
		            BYTES_ARGS(table->definition.name), BYTES_ARGS(index->name));
	if (updates != NULL || (vector_updates != NULL && vector_updates->count > 0))
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_ONE_ONLINE_INDEX);
	if (StructureHas(request, MEMBER_StreamSpecification))
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_STREAM_WHILE_INDEXING,
		            BYTES_ARGS(table->definition.name), BYTES_ARGS(index->name));
	if (StructureHas(request, MEMBER_BillingMode) ||
	    StructureHas(request, MEMBER_ProvisionedThroughput))
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_UNITS_WHILE_INDEXING,
		            BYTES_ARGS(table->definition.name), BYTES_ARGS(index->name));
	RaiseTableBeingUpdated(table);
}

static void
CheckMayUpdate(const Table *table, const Structure *request)
{
	CheckTableLoaded(table);
	if (table->status == STATUS_ACTIVE || UpdateKeepsStatus(request))
		return;
	if (IndexBeingBuilt(table) == NULL)
		RaiseTableBeingUpdated(table);
	RaiseIndexPrepared(table, IndexBeingBuilt(table), request);
}

/* --- the answer --- */

static void
ShowUnits(Capacity *shown, const Capacity *before)
{
	shown->read = before->read;
	shown->write = before->write;
	shown->last_increase = before->last_increase;
	shown->last_decrease = before->last_decrease;
	shown->decreases_today = before->decreases_today;
	shown->warm_read = before->warm_read;
	shown->warm_write = before->warm_write;
}

/*
 * As in the service, the answer has the throughput, the class and the encryption of before; only
 * that of another billing mode is the new one.
 */
static TableSettings
SettingsShown(const Structure *request, const TableSettings *before, const TableSettings *after)
{
	TableSettings shown = *after;

	shown.table_class = before->table_class;
	shown.table_class_changed = before->table_class_changed;
	shown.encryption_key = before->encryption_key;
	shown.encryption_updating = StructureHas(request, MEMBER_SSESpecification);
	if (before->on_demand != after->on_demand)
		return shown;
	ShowUnits(&shown.capacity, &before->capacity);
	shown.indexes = palloc_array(IndexSettings, Max(after->index_count, 1));
	for (int i = 0; i < after->index_count; i++)
	{
		const Capacity *old = IndexCapacity(before, after->indexes[i].name);

		shown.indexes[i] = after->indexes[i];
		if (old != NULL)
			ShowUnits(&shown.indexes[i].capacity, old);
	}
	return shown;
}

/* An index that goes is still there, as DELETING. */
static void
WriteAnswer(JsonWriter *response, const Structure *request, Table *table,
            const TableSettings *before, const TableSettings *after)
{
	TableSettings shown = SettingsShown(request, before, after);

	JsonBeginObject(response);
	JsonName(response, "TableDescription");
	TableDescriptionWrite(response, table, &shown,
	                      UpdateKeepsStatus(request) ? table->status : STATUS_UPDATING);
	JsonEndObject(response);
}

static TableIndex *
CopyDeleting(TableIndex *indexes, int count, const TableIndex *index)
{
	TableIndex *copies = palloc(sizeof(TableIndex) * Max(count, 1));

	for (int i = 0; i < count; i++)
	{
		copies[i] = indexes[i];
		if (&indexes[i] == index)
			copies[i].status = STATUS_DELETING;
	}
	return copies;
}

static Table
WithIndexDeleting(const Table *table, const TableIndex *index)
{
	const TableDefinition *definition = &table->definition;
	Table shown = *table;

	shown.definition.indexes = CopyDeleting(definition->indexes, definition->index_count, index);
	shown.definition.vectors = CopyDeleting(definition->vectors, definition->vector_count, index);
	return shown;
}

void
RunUpdateTable(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	IndexChange change = { 0 };
	TableSettings *settings;
	TableSettings *before;
	StreamChange stream;
	Table *table;

	TableOptionsCheck(request);
	ReplicaUpdatesCheck(request);
	stream = StreamOfUpdateTable(request);
	CheckAsksSomething(request);
	UpdateCombinationCheck(request);
	table = TableOpenToChange(name, false);
	CheckMayUpdate(table, request);
	StreamChangeCheck(&stream, table);
	before = TableSettingsRead(&table->definition);
	settings = TableSettingsRead(&table->definition);
	EncryptionUpdateCheck(request, before);
	ThroughputUpdate(request, &table->definition, settings);
	VectorUpdatesRead(request, table, settings, &change);
	ReadIndexUpdates(request, table, settings, &change);
	TableOptionsApply(request, settings);
	if (change.drop != NULL)
	{
		Table shown = WithIndexDeleting(table, change.drop);

		WriteAnswer(response, request, &shown, before, settings);
		DropIndex(table, change.drop, settings);
	}
	if (change.create != NULL)
		AddIndex(table, request, change.create, settings);
	if (change.create_vector != NULL)
		VectorIndexAdd(table, request, change.create_vector);
	QuotaCheck(before, settings);
	table = TableOpen(name, 0);
	TableSetSettings(table, TableSettingsWrite(settings));
	(void) StreamChangeApply(&stream, TableOpen(name, 0));
	ReplicaUpdatesApply(request, TableOpen(name, 0));
	if (change.drop == NULL)
		WriteAnswer(response, request, TableOpen(name, 0), before, settings);
}

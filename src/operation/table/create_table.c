/*
 * CreateTable.
 */
#include "operation/table_operations.h"

#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/index/index_definition.h"
#include "operation/throughput/quota.h"
#include "operation/table/resource_policy.h"
#include "operation/table/stream_specification.h"
#include "operation/table/table_description.h"
#include "operation/table/table_options.h"
#include "operation/table/tags.h"
#include "operation/throughput/throughput.h"
#include "operation/index/vector_definition.h"
#include "storage/storage.h"

static void
CheckListNotEmpty(const JsonNode *list, const char *name)
{
	if (list != NULL && list->count == 0)
		ValidationError(TEXT_LIST_EMPTY, name);
}

static void
ReadIndexes(const Structure *request, TableDefinition *definition, TableSettings *settings)
{
	const JsonNode *local = StructureList(request, member_LocalSecondaryIndexes);
	const JsonNode *global = StructureList(request, member_GlobalSecondaryIndexes);
	int local_count = local != NULL ? local->count : 0;
	int global_count = global != NULL ? global->count : 0;

	CheckListNotEmpty(global, "GlobalSecondaryIndexes");
	CheckListNotEmpty(local, "LocalSecondaryIndexes");
	IndexCountsCheck(local_count, global_count);
	definition->indexes = palloc(sizeof(TableIndex) * (local_count + global_count + 1));
	/* What is wrong with global indexes is told first; the table has them behind the local ones. */
	definition->index_count = local_count + global_count;
	for (int i = 0; i < global_count; i++)
	{
		const Structure *index = NodeStructure(&global->elements[i]);

		definition->indexes[local_count + i] = GlobalIndexRead(index, definition);
		IndexThroughputCreate(index, true, settings);
	}
	for (int i = 0; i < local_count; i++)
		definition->indexes[i] = LocalIndexRead(NodeStructure(&local->elements[i]), definition);
	IndexesCheck(definition);
	VectorIndexesRead(StructureList(request, member_VectorIndexes), settings->on_demand,
	                  definition);
}

void
RunCreateTable(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	TableDefinition definition = { .name = AccessRequestTable(context, request),
		                           .partitions = default_partitions };
	TableSettings settings = { 0 };
	StreamChange stream;
	Table *table;

	if (StructureList(request, member_Tags) != NULL)
		AccessTable(context, request, "TagResource", definition.name);
	if (StructureString(request, member_ResourcePolicy).data != NULL)
		AccessTable(context, request, "PutResourcePolicy", definition.name);
	AttributeDefinitionsRead(StructureList(request, member_AttributeDefinitions), &definition);
	AttributesCheckRequested(request, &definition);
	TableOptionsCheck(request);
	stream = StreamOfCreateTable(request);
	ThroughputCreate(request, &settings);
	TableKeyRead(StructureList(request, member_KeySchema), &definition);
	ReadIndexes(request, &definition, &settings);
	AttributesCheckUsed(&definition);
	TableOptionsApply(request, &settings);
	QuotaCheck(NULL, &settings);
	TagsAdd(&settings.tags, StructureList(request, member_Tags));
	definition.settings = TableSettingsWrite(&settings);

	table = StreamChangeApply(&stream, TableCreate(&definition));
	ResourcePolicyCreate(request, table);
	JsonBeginObject(response);
	JsonName(response, "TableDescription");
	TableDescriptionWrite(response, table, &settings, STATUS_CREATING);
	JsonEndObject(response);
}

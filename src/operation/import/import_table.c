/*
 * ImportTable.
 */
#include "operation/import_operations.h"

#include "auth/policy/resource_policy.h"
#include "backup/task.h"
#include "error/error.h"
#include "transfer/import/job_input.h"
#include "miscadmin.h"
#include "operation/access/resource_access.h"
#include "operation/access/authorization.h"
#include "operation/import/import_description.h"
#include "operation/import/import_request.h"
#include "operation/index/index_definition.h"
#include "operation/index/vector_definition.h"
#include "operation/table/table_options.h"
#include "operation/throughput/quota.h"
#include "operation/throughput/throughput.h"
#include "storage/relation/lock.h"
#include "storage/storage.h"
#include "transfer/store/authorize.h"
#include "transfer/store/store.h"

/* As the service's (developer guide, "Import quotas"): imports at once. */
#define MOST_IMPORTS 50

static void
CheckRequest(const Structure *request)
{
	const Structure *options = StructureStructure(request, member_InputFormatOptions);

	CheckClientToken(request);
	CheckStoreLocation(StructureStructure(request, member_S3BucketSource), "s3BucketSource");
	CheckCsvOptions(StructureStructure(options, member_Csv));
	if (options != NULL &&
	    !BytesEqual(StructureString(request, member_InputFormat), BYTES_LITERAL("CSV")))
		ValidationError(TEXT_IMPORT_OPTIONS);
}

/* The table that TableCreationParameters describe. */
static TableSettings *
ReadDefinition(const Structure *parameters, TableDefinition *definition)
{
	const JsonNode *global = StructureList(parameters, member_GlobalSecondaryIndexes);
	int count = global != NULL ? global->count : 0;
	TableSettings *settings = palloc0_object(TableSettings);

	AttributeDefinitionsRead(StructureList(parameters, member_AttributeDefinitions), definition);
	AttributesCheckRequested(parameters, definition);
	TableOptionsCheck(parameters);
	ThroughputCreate(parameters, settings);
	TableKeyRead(StructureList(parameters, member_KeySchema), definition);
	IndexCountsCheck(0, count);
	definition->indexes = palloc_array(TableIndex, count + 1);
	for (int i = 0; i < count; i++)
	{
		const Structure *index = NodeStructure(&global->elements[i]);

		definition->indexes[i] = GlobalIndexRead(index, definition);
		IndexThroughputCreate(index, true, settings);
	}
	definition->index_count = count;
	IndexesCheck(definition);
	VectorIndexesRead(StructureList(parameters, member_VectorIndexes), settings->on_demand,
	                  definition);
	AttributesCheckUsed(definition);
	TableOptionsApply(parameters, settings);
	QuotaCheck(NULL, settings);
	definition->settings = TableSettingsWrite(settings);
	return settings;
}

static void
CheckLimit(void)
{
	if (ImportJobCount(JOB_IMPORT) >= MOST_IMPORTS)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_IMPORTS_AT_ONCE, MOST_IMPORTS);
}

/* Makes the table, the job and its task. */
static void
Start(ImportJob *job, const Structure *parameters)
{
	TableDefinition definition = { .name = job->table, .partitions = default_partitions };
	Table *table;

	(void) ReadDefinition(parameters, &definition);
	CheckStoreIsConfigured();
	CheckLimit();
	table = TableCreateToLoad(&definition);
	ResourcePolicyForget(table->relation);
	job->relation = table->relation;
	job->table_id = table->id;
	ImportJobInsert(job);
	BackupTaskAdd(
	    &(BackupTask){ .kind = TASK_IMPORT, .backup = job->id, .relation = job->relation });
}

void
RunImportTable(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const Structure *parameters = StructureStructure(request, member_TableCreationParameters);
	Bytes name = StructureString(parameters, member_TableName);
	InputOptions options = InputOptionsOf(JOB_IMPORT, request);
	ImportJob job = { .kind = JOB_IMPORT, .table = name };
	ImportJob repeated;

	CheckRequest(request);
	AccessTable(context, request, context->authorization->action, name);
	StoreAuthorize(GetUserId(), options.bucket, options.prefix, STORE_READ);
	PreventCommandIfReadOnly("the creation of a DynamoDB table");
	PreventCommandIfParallelMode("the creation of a DynamoDB table");
	LockTableName(name);
	ImportJobTakeRequest(&job, request);
	switch (ImportJobRepeated(&job, &repeated))
	{
		case JOB_IS_NEW:
			Start(&job, parameters);
			break;
		case JOB_IS_REPEATED:
			job = repeated;
			break;
		case JOB_IS_CONTRADICTED:
			DynamoError(EXCEPTION_IMPORT_CONFLICT, TEXT_IMPORT_TOKEN_REUSED);
	}
	ImportDescriptionWrite(response, &job);
}

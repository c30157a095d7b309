/*
 * ExportTableToPointInTime.
 */
#include "operation/export_operations.h"

#include "backup/task.h"
#include "error/error.h"
#include "transfer/export/export_filter.h"
#include "transfer/export/export_run.h"
#include "transfer/export/export_write.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/backup/backup_request.h"
#include "operation/export/export_description.h"
#include "operation/export/export_request.h"
#include "operation/request/request_hash.h"
#include "operation/table/table_change.h"
#include "transfer/store/authorize.h"

#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"

/* As the service's (developer guide, "Quotas"). */
#define MOST_EXPORTS 300

StaticAssertDecl(EXPORT_HASH_LENGTH == REQUEST_HASH_LENGTH, "a request's hash is stored");

static void
CheckStore(const ExportSpecification *specification)
{
	StoreAuthorize(GetUserId(), specification->bucket, BytesFromCString(ExportStart(specification)),
	               STORE_WRITE);
}

/* The service makes a token up where the request has none. */
static Bytes
TokenOf(const Structure *request)
{
	Bytes token = StructureString(request, member_ClientToken);

	if (token.data == NULL)
		token = BytesFromCString(
		    DatumGetCString(DirectFunctionCall1(uuid_out, OidFunctionCall0(F_GEN_RANDOM_UUID))));
	return token;
}

/* Whether the request has been made before under its token: `export` is that one then. */
static bool
IsRepeated(const Structure *request, const uint8 hash[EXPORT_HASH_LENGTH], Export *export)
{
	Bytes token = StructureString(request, member_ClientToken);

	if (token.data == NULL || !ExportFindToken(token, export))
		return false;
	if (memcmp(export->request_hash, hash, EXPORT_HASH_LENGTH) != 0)
		DynamoError(EXCEPTION_EXPORT_CONFLICT, TEXT_EXPORT_TOKEN_REUSED);
	return true;
}

static Table *
OpenSource(Bytes name)
{
	Table *table = TableOpenToChange(name, true);

	if (table == NULL)
		RaiseNoSourceTable(name);
	CheckTableLoaded(table);
	ExportCheckReader(GetUserId(), table->relation);
	return table;
}

static void
Begin(const Structure *request, const Table *table, Export *export)
{
	RecoveryWindow window = RequiredRecoveryWindow(table);

	ExportRequestTimes(request, &window, export);
	(void) ExportFilterBind(export->specification.filter, table);
	if (ExportsInProgress() >= MOST_EXPORTS)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_EXPORTS_AT_ONCE, MOST_EXPORTS);
	export->table = table->definition.name;
	export->table_id = table->id;
	export->relation = table->relation;
	export->token = TokenOf(request);
	ExportPrepare(export);
	ExportInsert(export);
	BackupTaskAdd(
	    &(BackupTask){ .kind = TASK_EXPORT, .backup = export->id, .relation = export->relation });
}

void
RunExportTableToPointInTime(const OperationContext *context, const Structure *request,
                            JsonWriter *response)
{
	Export export = { .specification = ExportRequestSpecification(request) };
	Bytes name = TableNameOfArn(StructureString(request, member_TableArn));
	Table *table;
	Export earlier;

	AccessWholeTable(context, request, context->authorization->action, name);
	table = OpenSource(name);
	CheckStore(&export.specification);
	RequestHash(&(JsonNode){ JSON_NODE_STRUCTURE, 0, { .structure = request } },
	            export.request_hash);
	if (IsRepeated(request, export.request_hash, &earlier))
	{
		ExportDescriptionWrite(response, &earlier);
		return;
	}
	Begin(request, table, &export);
	ExportDescriptionWrite(response, &export);
}

/*
 * dynamo.export_items(): an export that the caller's own session writes, of what its transaction
 * sees. It takes no point-in-time recovery, and the SELECT privilege rather than the ownership.
 */
#include "postgres.h"

#include "access/relation.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "backup/leaf_items.h"
#include "transfer/export/export_write.h"
#include "transfer/export/record_write.h"
#include "item/size.h"
#include "operation/access/authorization.h"
#include "operation/access/authorization_end.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/export/export_description.h"
#include "operation/export/export_request.h"
#include "operation/table/table_change.h"
#include "session/progress.h"
#include "transfer/store/authorize.h"

#define NOTICE_MILLISECONDS 10000

PG_FUNCTION_INFO_V1(dynamo_export_items);

typedef struct Copy
{
	const Export *export;
	ExportFiles files;
	TimestampTz noticed;
} Copy;

static Bytes
ArgumentBytes(FunctionCallInfo fcinfo, int number)
{
	return BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(number)));
}

static bool
IsIon(Bytes format)
{
	if (BytesEqual(format, BYTES_LITERAL("ION")))
		return true;
	if (!BytesEqual(format, BYTES_LITERAL("DYNAMODB_JSON")))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("the format must be \"DYNAMODB_JSON\" or \"ION\"")));
	return false;
}

static ExportSpecification
SpecificationOf(FunctionCallInfo fcinfo)
{
	Bytes prefix = ArgumentBytes(fcinfo, 2);
	ExportSpecification specification = { .bucket = ArgumentBytes(fcinfo, 1),
		                                  .prefix = prefix.length > 0 ? prefix : (Bytes){ NULL, 0 },
		                                  .is_ion = IsIon(ArgumentBytes(fcinfo, 3)) };

	ExportCheckNames(&specification);
	StoreAuthorize(GetUserId(), specification.bucket, BytesFromCString(ExportStart(&specification)),
	               STORE_WRITE);
	return specification;
}

static Table *
OpenTable(Bytes name)
{
	Table *table = TableOpen(name, ACL_SELECT);

	if (table == NULL)
		RaiseTableNotFound(name);
	CheckTableLoaded(table);
	if (check_enable_rls(table->relation, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("row-level security applies to the role in table \"%.*s\"",
		                       BYTES_ARGS(name)),
		                errdetail("An export has all items of a table.")));
	return table;
}

static void
CopyItem(void *argument, const Jsonb *item)
{
	Copy *copy = argument;
	int64 bytes = StoredItemSize(item);

	ExportWriteItem(&copy->files.text, &copy->export->specification, NULL, item);
	ExportFilesAdded(&copy->files, bytes);
	ProgressAdd(1, bytes);
	if (!TimestampDifferenceExceeds(copy->noticed, GetCurrentTimestamp(), NOTICE_MILLISECONDS))
		return;
	copy->noticed = GetCurrentTimestamp();
	ereport(NOTICE, (errmsg(INT64_FORMAT " items have been exported", copy->files.items)));
}

static int64
EstimateItems(const Table *table)
{
	int64 items = 0;

	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		Relation relation = LeafItemsOpen(table, leaf);

		items += LeafItemsEstimate(relation);
		relation_close(relation, NoLock);
	}
	return items;
}

static void
WriteItems(const Table *table, Export *export)
{
	Copy copy = { .export = export, .noticed = GetCurrentTimestamp() };

	ProgressBeginPhase(PROGRESS_READING, EstimateItems(table));
	ExportWriteBegin(export, StoreOpen(export->specification.bucket, (Bytes){ NULL, 0 }),
	                 &copy.files);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		Relation relation = LeafItemsOpen(table, leaf);

		ExportFilesBeginLeaf(&copy.files, leaf);
		LeafItemsRead(relation, GetActiveSnapshot(), CopyItem, &copy);
		ExportFilesEndLeaf(&copy.files);
		relation_close(relation, NoLock);
	}
	ExportWriteEnd(export, &copy.files);
}

static Export
ExportTable(const Table *table, const ExportSpecification *specification)
{
	Export export = { .specification = *specification,
		              .table = table->definition.name,
		              .table_id = table->id,
		              .relation = table->relation,
		              .to_time = GetCurrentTimestamp() };

	export.token = BytesFromCString(
	    DatumGetCString(DirectFunctionCall1(uuid_out, OidFunctionCall0(F_GEN_RANDOM_UUID))));
	ExportPrepare(&export);
	ExportInsert(&export);
	ProgressBegin(&(ProgressWork){ .kind = PROGRESS_EXPORT,
	                               .owner = GetUserId(),
	                               .table = table->definition.name.data,
	                               .table_length = table->definition.name.length });
	PG_TRY();
	{
		WriteItems(table, &export);
	}
	PG_FINALLY();
	{
		ProgressEnd();
	}
	PG_END_TRY();
	ExportUpdate(&export);
	return export;
}

Datum
dynamo_export_items(PG_FUNCTION_ARGS)
{
	Bytes name = TableNameOf(ArgumentBytes(fcinfo, 0));
	ExportSpecification specification = SpecificationOf(fcinfo);
	OperationContext context = OperationContextOfSession();
	struct Authorization authorization;
	Export export;
	StringInfoData answer;
	JsonWriter writer;

	PreventCommandIfReadOnly("dynamo.export_items()");
	AuthorizationBegin(&context, &authorization, "ExportTableToPointInTime");
	AccessWholeTable(&context, NULL, authorization.action, name);
	export = ExportTable(OpenTable(name), &specification);
	AuthorizationEnd(&context);
	initStringInfo(&answer);
	JsonWriterInit(&writer, &answer, true);
	ExportDescriptionWrite(&writer, &export);
	PG_RETURN_JSONB_P(JsonToJsonb(&answer));
}

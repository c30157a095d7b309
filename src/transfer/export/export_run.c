/*
 * A full export is the table at its time, an incremental one the net changes between two times
 * (backup/past_table.h). The rights of the role that has asked for it are looked at again, since
 * they may have been taken away meanwhile.
 */
#include "transfer/export/export_run.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "backup/net_changes.h"
#include "compat.h"
#include "error/error.h"
#include "transfer/export/export_filter.h"
#include "transfer/export/export_write.h"
#include "transfer/export/record_write.h"
#include "item/size.h"
#include "session/progress.h"
#include "storage/catalog/catalog.h"
#include "transfer/store/authorize.h"

typedef struct Run
{
	const Export *export;
	const Table *table;
	ExportFilter filter;
	ExportFiles files;
} Run;

/* --- rights --- */

void
ExportCheckReader(Oid role, Oid relation)
{
	if (!RelationIsOwned(relation, role))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(relation));
	if (check_enable_rls(relation, role, true) == RLS_ENABLED)
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("row-level security applies to the role in table \"%s\"",
		                       get_rel_name(relation)),
		                errdetail("An export has all items of a table.")));
}

static void
CheckRights(const Export *export)
{
	const ExportSpecification *specification = &export->specification;

	PushActiveSnapshot(GetTransactionSnapshot());
	StoreAuthorize(export->owner, specification->bucket,
	               BytesFromCString(ExportStart(specification)), STORE_WRITE);
	ExportCheckReader(export->owner, export->relation);
	PopActiveSnapshot();
}

static Table *
OpenTable(const Export *export)
{
	Table *table = TableOpenRelation(export->relation);

	if (table == NULL || memcmp(&table->id, &export->table_id, sizeof(pg_uuid_t)) != 0)
		DynamoError(EXCEPTION_TABLE_NOT_FOUND, TEXT_TABLE_NOT_FOUND, BYTES_ARGS(export->table));
	return table;
}

/* --- writing --- */

static void
CountItem(Run *run, const Jsonb *item)
{
	int64 bytes = StoredItemSize(item);

	ExportFilesAdded(&run->files, bytes);
	ProgressAdd(1, bytes);
}

static void
AddItem(void *argument, int leaf, const Jsonb *item)
{
	Run *run = argument;

	if (ExportFilterTakes(&run->filter, item))
	{
		ExportWriteItem(&run->files.text, &run->export->specification, run->filter.projection,
		                item);
		CountItem(run, item);
	}
	else
		ProgressAdd(1, StoredItemSize(item));
}

static void
AddChange(void *argument, int leaf, const NetChange *change)
{
	Run *run = argument;
	const Jsonb *item = change->new_item != NULL ? change->new_item : change->old_item;

	ExportWriteChange(&run->files.text, &run->export->specification, run->table, change);
	CountItem(run, item);
}

static void
WriteLeaf(Run *run, const PastTable *past, int leaf)
{
	const Export *export = run->export;

	ExportFilesBeginLeaf(&run->files, leaf);
	if (export->specification.is_incremental)
		NetChangesRead(past, export->from_time, export->to_time, leaf, AddChange, run);
	else
		PastTableRead(past, export->to_time, leaf, AddItem, run);
	ExportFilesEndLeaf(&run->files);
}

static void
SaveEnd(const Export *export)
{
	PushActiveSnapshot(GetTransactionSnapshot());
	ExportUpdate(export);
	PopActiveSnapshot();
}

void
ExportRun(Export *export)
{
	Table *table = OpenTable(export);
	Run run = { .export = export, .table = table };
	PastTable *past;

	CheckRights(export);
	run.filter = ExportFilterBind(export->specification.filter, table);
	ExportWriteBegin(export,
	                 StoreOpen(export->specification.bucket, export->specification.bucket_owner),
	                 &run.files);
	past = PastTableBegin(table, export->specification.is_incremental ? export->from_time
	                                                                  : export->to_time);
	/* How many items have changed is not known. */
	ProgressBeginPhase(PROGRESS_READING,
	                   export->specification.is_incremental ? 0 : PastTableEstimate(past));
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		WriteLeaf(&run, past, leaf);
	PastTableEnd(past);
	ExportWriteEnd(export, &run.files);
	SaveEnd(export);
}

void
ExportFail(int64 id, const ErrorData *error)
{
	Export export;

	if (!ExportRead(id, &export) || export.status != EXPORT_IN_PROGRESS)
		return;
	export.status = EXPORT_FAILED;
	export.ended = GetCurrentTimestamp();
	export.failure_code = StoreFailureCode(error);
	export.failure_message = error->message;
	ExportUpdate(&export);
}

/*
 * UpdateContinuousBackups and DescribeContinuousBackups.
 */
#include "operation/backup_operations.h"

#include "backup/recovery_window.h"
#include "error/error.h"
#include "json/json_member.h"
#include "text/unix_time.h"
#include "operation/access/resource_access.h"
#include "operation/backup/backup_request.h"
#include "operation/table/table_change.h"
#include "session/preload.h"
#include "storage/stream/recovery_catalog.h"

#include "access/xlog.h"
#include "replication/slot.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

static void
WriteWindow(JsonWriter *response, const RecoveryWindow *window)
{
	JsonName(response, "RecoveryPeriodInDays");
	JsonInteger(response, window->days);
	if (window->earliest > window->latest)
		return; /* changes are not captured yet */
	/* A time that is given in milliseconds must not be before the earliest. */
	JsonTimeMember(response, "EarliestRestorableDateTime",
	               UnixMilliseconds(window->earliest + 999));
	JsonTimeMember(response, "LatestRestorableDateTime", UnixMilliseconds(window->latest));
}

static void
WriteDescription(JsonWriter *response, Oid relation)
{
	RecoveryWindow window;
	bool is_on = RecoveryWindowOf(relation, &window);

	JsonBeginObject(response);
	JsonName(response, "ContinuousBackupsDescription");
	JsonBeginObject(response);
	JsonCStringMember(response, "ContinuousBackupsStatus", "ENABLED");
	JsonName(response, "PointInTimeRecoveryDescription");
	JsonBeginObject(response);
	JsonCStringMember(response, "PointInTimeRecoveryStatus", is_on ? "ENABLED" : "DISABLED");
	if (is_on)
		WriteWindow(response, &window);
	JsonEndObject(response);
	JsonEndObject(response);
	JsonEndObject(response);
}

/* What captures changes is a worker, which a preloaded library starts. */
static void
CheckServer(void)
{
	if (!IsPreloaded() || wal_level < WAL_LEVEL_LOGICAL || max_replication_slots == 0)
		DynamoError(EXCEPTION_CONTINUOUS_BACKUPS_UNAVAILABLE, TEXT_CAPTURE_UNAVAILABLE);
}

/* What WAL has nothing of cannot be captured. */
static void
CheckLogged(const Table *table)
{
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		if (get_rel_persistence(table->leaves[leaf].relation) != RELPERSISTENCE_PERMANENT)
			DynamoError(EXCEPTION_CONTINUOUS_BACKUPS_UNAVAILABLE, TEXT_CAPTURE_UNLOGGED,
			            BYTES_ARGS(table->definition.name));
}

/*
 * Changes of transactions that end before the relations have their replica identity lack old items:
 * those have a time before the one that is taken when the locks for it are held.
 */
static void
Enable(Table *table, int days)
{
	Recovery recovery = { .enabled = GetCurrentTimestamp(), .days = days };

	CheckTableLoaded(table);
	CheckServer();
	CheckLogged(table);
	if (RecoveryRead(table->relation, &recovery))
	{
		recovery.days = days;
		RecoverySet(table->relation, &recovery);
		return;
	}
	RecoverySet(table->relation, &recovery);
	TableCaptureChanges(table);
	recovery.enabled = GetCurrentTimestamp();
	RecoverySet(table->relation, &recovery);
}

/* Also of a table that is being deleted, whose last backup fails. */
static void
Disable(Table *table)
{
	if (!RecoveryIsOn(table->relation))
		return;
	RecoveryForget(table->relation);
	TableEndCapture(table);
}

void
RunUpdateContinuousBackups(const OperationContext *context, const Structure *request,
                           JsonWriter *response)
{
	const Structure *specification =
	    StructureStructure(request, member_PointInTimeRecoverySpecification);
	bool enabled = StructureBoolean(specification, member_PointInTimeRecoveryEnabled, false);
	Bytes name = AccessRequestTable(context, request);
	Table *table;
	Oid relation;

	if (!enabled && StructureHas(specification, MEMBER_RecoveryPeriodInDays))
		ValidationError(TEXT_RECOVERY_PERIOD_OFF);
	table = TableOpenToChange(name, true);
	if (table == NULL || table->status == STATUS_CREATING)
		RaiseNoSourceTable(name);
	relation = table->relation;
	if (enabled)
		Enable(table,
		       StructureInteger(specification, member_RecoveryPeriodInDays, MAX_RECOVERY_DAYS));
	else
		Disable(table);
	WriteDescription(response, relation);
}

void
RunDescribeContinuousBackups(const OperationContext *context, const Structure *request,
                             JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpen(name, 0);

	if (table == NULL || table->status == STATUS_CREATING)
		RaiseNoSourceTable(name);
	WriteDescription(response, table->relation);
	TableRelease(table);
}

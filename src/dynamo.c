/*
 * Loads dynamo: each part's own Init defines its settings and workers.
 */
#include "postgres.h"

#include "auth/audit/audit.h"
#include "auth/key/key_upkeep.h"
#include "auth/policy/evaluate.h"
#include "backup/backup_location.h"
#include "backup/worker_start.h"
#include "change/capture/capture_state.h"
#include "change/upkeep/upkeep.h"
#include "maintenance/known_fault.h"
#include "maintenance/launcher.h"
#include "maintenance/time_to_live.h"
#include "maintenance/upkeep.h"
#include "metrics/hotkeys/hot_keys.h"
#include "metrics/board.h"
#include "metrics/history.h"
#include "metrics/series.h"
#include "model/resource_name.h"
#include "region/region_clock.h"
#include "operation/throughput/consumption.h"
#include "operation/throughput/quota.h"
#include "operation/slow_log.h"
#include "operation/throughput/throughput_limits.h"
#include "replication/worker_start.h"
#include "scaling/scaling.h"
#include "session/preload.h"
#include "session/progress.h"
#include "storage/storage.h"
#include "transfer/migrate/migration_start.h"
#include "transfer/store/store.h"
#include "trigger/endpoint/endpoint_address.h"
#include "trigger/endpoint/endpoint_call.h"
#include "trigger/kinesis/destination_worker.h"
#include "trigger/trigger_start.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "http/http.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
	PreloadInit();
	ProgressInit();
	MetricsInit();
	HistoryInit();
	BoardInit();
	RegionClockInit();
	StorageInit();
	BackupLocationInit();
	BackupWorkerInit();
	CaptureStateInit();
	ConsumptionInit();
	HotKeysInit();
	ResourceNameInit();
	AccessKeysInit();
	PolicyInit();
	SlowLogInit();
	AuditInit();
	QuotaInit();
	ThroughputLimitsInit();
	KnownFaultInit();
	LauncherInit();
	UpkeepInit();
	TimeToLiveInit();
	ScalingInit();
	StreamUpkeepInit();
	EndpointAddressInit();
	EndpointCallInit();
	StoreInit();
	MigrationsInit();
	ReplicationInit();
	DestinationsInit();
	TriggerStartInit();
	HttpInit();

	/*
	 * Forbids settings that are not defined. A session that loads the library
	 * by itself has not defined the server's, which postgresql.conf may hold.
	 */
	if (process_shared_preload_libraries_in_progress)
		MarkGUCPrefixReserved("dynamo");
}

/*
 * The storage part as the extension loads it.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "storage/index/build_worker.h"
#include "storage/index/key_cache.h"
#include "storage/region/stamped_write.h"
#include "storage/relation/replica_identity.h"
#include "storage/storage.h"

int default_partitions = 4;
int max_cached_partitions = 4000;

void
StorageInit(void)
{
	DefineCustomIntVariable("dynamo.partitions", "Number of hash partitions of a new table.", NULL,
	                        &default_partitions, 4, 1, MAX_PARTITIONS, PGC_USERSET, 0, NULL, NULL,
	                        NULL);
	DefineCustomIntVariable("dynamo.max_cached_partitions",
	                        "Partitions of tables that a session knows at the same time.",
	                        "Each takes some 14 kB of its memory, and 5 kB more for each index.",
	                        &max_cached_partitions, 4000, 1, PG_INT32_MAX, PGC_USERSET, 0, NULL,
	                        NULL, NULL);
	ReplicaIdentityInit();
	KeyCacheInit();
	StampedWriteInit();
	BuildWorkerInit();
}

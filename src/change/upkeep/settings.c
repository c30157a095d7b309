/*
 * See settings.h.
 */
#include "change/upkeep/settings.h"

#include "postgres.h"

#include "utils/guc.h"

int stream_upkeep_interval = 30;
int stream_retention = 24 * 60;
int stream_shard_lifetime = 4 * 60;
int max_stream_wal = 10 * 1024;

void
StreamSettingsInit(void)
{
	DefineCustomIntVariable(
	    "dynamo.stream_upkeep_interval", "Time between two rounds of upkeep of streams.", NULL,
	    &stream_upkeep_interval, 30, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.stream_retention", "Time for which the records of streams can be read.", NULL,
	    &stream_retention, 24 * 60, 1, 365 * 24 * 60, PGC_SIGHUP, GUC_UNIT_MIN, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.stream_shard_lifetime",
	                        "Time after which a shard of a stream ends and another follows.", NULL,
	                        &stream_shard_lifetime, 4 * 60, 1, 365 * 24 * 60, PGC_SIGHUP,
	                        GUC_UNIT_MIN, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.max_stream_wal", "WAL that is kept for a database's changes to be captured.",
	    "Beyond it the changes are given up, and the streams of the database "
	    "end; -1: no limit.",
	    &max_stream_wal, 10 * 1024, -1, PG_INT32_MAX, PGC_SIGHUP, GUC_UNIT_MB, NULL, NULL, NULL);
}

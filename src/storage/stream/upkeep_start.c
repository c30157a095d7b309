/*
 * See upkeep_start.h.
 */
#include "storage/stream/upkeep_start.h"

#include "session/database_worker.h"

static const DatabaseWorker upkeep = { "dynamo stream upkeep", "DynamoStreamUpkeepMain",
	                                   BGW_NEVER_RESTART };

void
StreamUpkeepStartNow(Oid database)
{
	(void) DatabaseWorkerStart(&upkeep, database);
}

void
StreamUpkeepStart(void)
{
	DatabaseWorkerStartAtCommit(&upkeep);
}

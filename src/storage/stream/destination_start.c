/*
 * A worker that finds another one of its database tells it to look, and ends.
 */
#include "storage/stream/destination_start.h"

#include "miscadmin.h"

#include "session/database_worker.h"

static const DatabaseWorker destinations = { "dynamo destinations", "DynamoDestinationsMain",
	                                         BGW_NEVER_RESTART };

void
DestinationWorkerStartNow(void)
{
	(void) DatabaseWorkerStart(&destinations, MyDatabaseId);
}

void
DestinationWorkerStart(void)
{
	DatabaseWorkerStartAtCommit(&destinations);
}

#include "change/upkeep/step.h"

#include "access/xact.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

static MemoryContext caller = NULL;

void
StepBegin(void)
{
	caller = CurrentMemoryContext;
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
}

void
StepCommit(void)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

TimestampTz
MinutesAgo(int minutes)
{
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), -(int64) minutes * 60 * 1000);
}

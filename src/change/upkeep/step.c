/*
 * See step.h.
 */
#include "change/upkeep/step.h"

#include "access/xact.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define EACH_MILLISECONDS 5000

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

void
StepEach(const List *list, void (*work)(void *member, UpkeepRound *round), UpkeepRound *round)
{
	TimestampTz started = GetCurrentTimestamp();
	int count = list_length(list);
	int first = count == 0 ? 0 : pg_prng_uint64_range(&pg_global_prng_state, 0, count - 1);

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (TimestampDifferenceExceeds(started, GetCurrentTimestamp(), EACH_MILLISECONDS))
		{
			round->soon = true;
			break;
		}
		work(list_nth(list, (first + i) % count), round);
	}
}

TimestampTz
MinutesAgo(int minutes)
{
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), -(int64) minutes * 60 * 1000);
}

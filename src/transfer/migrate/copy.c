/*
 * A page is read after the changes that have been applied so far, and written before any further
 * change is read. So it never has an older state of an item than those changes, and what has
 * changed since it was read comes with the stream: the items converge, whichever was first.
 */
#include "transfer/migrate/phase.h"
#include "transfer/migrate/scan.h"
#include "transfer/migrate/stream.h"
#include "transfer/migrate/write.h"

#define STREAM_PAUSE 250 /* ms between two looks at the stream while items are copied */

static void
CopyItems(MigrationRun *run, const JsonNode **items, int count)
{
	ItemChange *changes = palloc_array(ItemChange, count + 1);

	for (int i = 0; i < count; i++)
		changes[i] = (ItemChange){ .key = items[i], .item = items[i] };
	run->job.scanned += count;
	if (ScanPlacesAreDone(&run->position.scan))
		run->job.phase = MIGRATION_INDEXING;
	ChangesWrite(run, changes, count);
}

StepResult
CopyStep(MigrationRun *run)
{
	const JsonNode **items;
	int count;

	if (run->position.scan.count == 0)
	{
		MemoryContext step = MemoryContextSwitchTo(run->context);

		ScanPlacesBegin(&run->position.scan, run->options.segments);
		MemoryContextSwitchTo(step);
	}
	if (StreamIsDue(run, STREAM_PAUSE))
		StreamRound(run);
	if (ScanMustWait(run))
		return STEP_IDLE;
	count = ScanRound(run, &run->source, &run->position.scan, &items);
	CopyItems(run, items, count);
	return STEP_MORE;
}

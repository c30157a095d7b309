/*
 * See undo.h.
 */
#include "backup/undo.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "backup/past_table.h"
#include "session/progress.h"
#include "storage/load.h"
#include "storage/relation/table_owner.h"

static void
LoadItem(void *load, int leaf, const Jsonb *item)
{
	TableLoadItem(load, leaf, item);
	ProgressAdd(1, VARSIZE(item));
}

void
UndoLoad(Table *source, TimestampTz time, Table *target)
{
	PastTable *past;
	TableLoad *load;
	CallerRole caller;

	if (source->definition.partitions != target->definition.partitions)
		elog(ERROR, "a table is restored with another number of partitions");
	past = PastTableBegin(source, time);
	caller = BecomeTableOwner(target);
	load = TableLoadBegin(target);
	ProgressBeginPhase(PROGRESS_LOADING, PastTableEstimate(past));
	for (int leaf = 0; leaf < source->definition.partitions; leaf++)
		PastTableRead(past, time, leaf, LoadItem, load);
	TableLoadEnd(load);
	PastTableEnd(past);
	CommandCounterIncrement();
	ProgressBeginPhase(PROGRESS_INDEXING, 0);
	PushActiveSnapshot(GetTransactionSnapshot());
	TableFinishLoad(target);
	PopActiveSnapshot();
	ReturnToCaller(&caller);
}

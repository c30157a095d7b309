/*
 * See load.h.
 */
#include "backup/load.h"

#include "access/xact.h"

#include "session/progress.h"
#include "storage/load.h"
#include "storage/relation/table_owner.h"

static void
LoadItem(void *load, int leaf, const Jsonb *item)
{
	TableLoadItem(load, leaf, item);
}

void
BackupLoad(const Backup *backup, const BackupPlace *place, Table *table)
{
	CallerRole caller = BecomeTableOwner(table);
	TableLoad *load = TableLoadBegin(table);
	bool whole;

	ProgressBeginPhase(PROGRESS_LOADING, backup->items);
	whole = place->read(backup, LoadItem, load);
	TableLoadEnd(load);
	if (!whole)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("the backup \"%.*s\" of table \"%.*s\" is not as it was written",
		                       BYTES_ARGS(backup->name), BYTES_ARGS(backup->table)),
		                errhint("Restore another backup of the table.")));
	CommandCounterIncrement();
	ProgressBeginPhase(PROGRESS_INDEXING, 0);
	TableFinishLoad(table);
	ReturnToCaller(&caller);
}

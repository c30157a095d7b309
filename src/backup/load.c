/*
 * See load.h.
 */
#include "backup/load.h"

#include "access/xact.h"

#include "backup/image.h"
#include "session/progress.h"
#include "storage/load.h"
#include "storage/relation/table_owner.h"

void
BackupLoad(const Backup *backup, Table *table)
{
	CallerRole caller = BecomeTableOwner(table);
	TableLoad *load = TableLoadBegin(table);
	ImageReader reader;
	const Jsonb *item;
	int leaf;

	ProgressBeginPhase(PROGRESS_LOADING, backup->items);
	ImageReaderOpen(&reader, backup->id);
	while ((item = ImageNext(&reader, &leaf)) != NULL)
	{
		TableLoadItem(load, leaf, item);
		ProgressAdd(1, VARSIZE(item));
	}
	ImageReaderClose(&reader);
	TableLoadEnd(load);
	if (reader.items != backup->items || reader.chunks != backup->chunks ||
	    reader.checksum != backup->checksum)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("the backup \"%.*s\" of table \"%.*s\" is not as it was written",
		                       BYTES_ARGS(backup->name), BYTES_ARGS(backup->table)),
		                errhint("Restore another backup of the table.")));
	CommandCounterIncrement();
	ProgressBeginPhase(PROGRESS_INDEXING, 0);
	TableFinishLoad(table);
	ReturnToCaller(&caller);
}

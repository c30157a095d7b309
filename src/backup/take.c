/*
 * All leaves are locked before the snapshot is taken, since TRUNCATE would empty them for older
 * snapshots too. The definition is that of the snapshot: who changes it holds a lock of the
 * relation that is held here, too, while the snapshot is taken.
 */
#include "backup/take.h"

#include "access/relation.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "backup/leaf_items.h"
#include "backup/task.h"
#include "item/size.h"
#include "session/progress.h"
#include "storage/access_method.h"
#include "storage/catalog/catalog.h"

typedef struct Copy
{
	Backup *backup;
	const BackupPlace *place;
	void *writer;
	int leaf;
} Copy;

static void
CopyItem(void *argument, const Jsonb *item)
{
	const Copy *copy = argument;
	int64 bytes = StoredItemSize(item);

	copy->place->add(copy->writer, copy->leaf, item);
	copy->backup->items++;
	copy->backup->bytes += bytes;
	ProgressAdd(1, bytes);
}

static Relation
OpenLeaf(const Backup *backup, Oid leaf, LOCKMODE lock)
{
	Relation relation = try_relation_open(leaf, lock);

	if (relation == NULL || !HasHeapPages(relation))
		ereport(ERROR,
		        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		         errmsg("a partition of table \"%.*s\" is missing", BYTES_ARGS(backup->table))));
	return relation;
}

static void
TakeDefinition(Backup *backup, const CatalogRow *row)
{
	backup->partitions = row->leaf_count;
	backup->definition = row->definition;
	backup->settings = row->settings;
	backup->stream = row->stream;
}

Backup
BackupOfTable(const Table *table, Bytes name)
{
	Backup backup = { .table = table->definition.name,
		              .table_id = table->id,
		              .relation = table->relation,
		              .name = name,
		              .type = BACKUP_USER,
		              .table_created = table->created };
	CatalogRow row;

	if (!CatalogRead(table->definition.name, &row))
		elog(ERROR, "table \"%.*s\" is missing in the catalog", BYTES_ARGS(table->definition.name));
	TakeDefinition(&backup, &row);
	return backup;
}

/* The row of the table that the backup is of; false where it is gone. */
static bool
LockSource(const Backup *backup, CatalogRow *row)
{
	Bytes name;

	LockRelationOid(backup->relation, ShareUpdateExclusiveLock);
	return get_rel_name(backup->relation) != NULL && CatalogFindRelation(backup->relation, &name) &&
	       CatalogRead(name, row) && memcmp(&row->id, &backup->table_id, sizeof(pg_uuid_t)) == 0;
}

static Oid
OwnerOf(Oid oid)
{
	Relation relation = relation_open(oid, NoLock);
	Oid owner = relation->rd_rel->relowner;

	relation_close(relation, NoLock);
	return owner;
}

/* The table may have got another owner since its owner has asked for the backup. */
static void
CheckMaker(const Backup *backup, Oid owner)
{
	if (backup->type == BACKUP_USER && !has_privs_of_role(backup->owner, owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("the role that has asked for the backup of table \"%.*s\" does not"
		                       " own the table any more",
		                       BYTES_ARGS(backup->table))));
}

/* The open leaves of the table, and about how many items they have. */
static Relation *
OpenLeaves(const Backup *backup, const CatalogRow *row, LOCKMODE lock, int64 *expected)
{
	Relation *leaves = palloc_array(Relation, row->leaf_count);

	*expected = 0;
	for (int leaf = 0; leaf < row->leaf_count; leaf++)
	{
		leaves[leaf] = OpenLeaf(backup, row->leaves[leaf], lock);
		*expected += LeafItemsEstimate(leaves[leaf]);
	}
	return leaves;
}

/* False where the table is gone. */
static bool
WriteItems(Backup *backup, const BackupPlace *place, LOCKMODE lock)
{
	Copy copy = { .backup = backup, .place = place };
	CatalogRow row;
	Relation *leaves;
	Snapshot snapshot;
	int64 expected;

	LockRelationOid(backup->relation, AccessShareLock);
	if (!LockSource(backup, &row))
		return false;
	CheckMaker(backup, OwnerOf(backup->relation));
	leaves = OpenLeaves(backup, &row, lock, &expected);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	UnlockRelationOid(backup->relation, ShareUpdateExclusiveLock);
	TakeDefinition(backup, &row);
	backup->items = 0;
	backup->bytes = 0;
	ProgressBeginPhase(PROGRESS_READING, expected);
	copy.writer = place->begin(backup);
	for (copy.leaf = 0; copy.leaf < row.leaf_count; copy.leaf++)
	{
		LeafItemsRead(leaves[copy.leaf], snapshot, CopyItem, &copy);
		relation_close(leaves[copy.leaf], NoLock);
	}
	place->end(copy.writer, backup);
	UnregisterSnapshot(snapshot);
	return true;
}

static void
Verify(const Backup *backup, const BackupPlace *place)
{
	CommandCounterIncrement();
	ProgressBeginPhase(PROGRESS_VERIFYING, backup->items);
	if (!place->read(backup, NULL, NULL))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("the backup of table \"%.*s\" does not read back as it was written",
		                       BYTES_ARGS(backup->table))));
}

bool
BackupTake(Backup *backup, const BackupPlace *place, LOCKMODE lock)
{
	bool written = WriteItems(backup, place, lock);

	if (written)
		Verify(backup, place);
	else
		ereport(WARNING, (errcode(ERRCODE_UNDEFINED_TABLE),
		                  errmsg("table \"%.*s\" was dropped before its backup \"%.*s\" was made",
		                         BYTES_ARGS(backup->table), BYTES_ARGS(backup->name))));
	PushActiveSnapshot(GetTransactionSnapshot());
	backup->status = BACKUP_AVAILABLE;
	if (written)
		BackupUpdate(backup);
	else
		BackupSetDeleted(backup->id);
	PopActiveSnapshot();
	return written;
}

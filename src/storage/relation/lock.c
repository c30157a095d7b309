/*
 * See lock.h.
 */
#include "storage/relation/lock.h"

#include "catalog/pg_class.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lmgr.h"

/* User-level advisory locks have 1 and 2 in this field. */
#define BUILD_LOCK_CLASS 3
#define COUNT_LOCK_CLASS 4
#define UPKEEP_LOCK_CLASS 5
#define BACKUP_LOCK_CLASS 6
#define MIGRATION_LOCK_CLASS 7
#define REGION_LOCK_CLASS 8

/* Where an object's lock has the number of a column. PostgreSQL locks none this way. */
#define CHANGE_LOCK 1
#define NAME_LOCK 2

static Oid
HashOf(Bytes name)
{
	return hash_bytes((const unsigned char *) name.data, name.length);
}

void
LockTableChange(Bytes name)
{
	LockDatabaseObject(RelationRelationId, HashOf(name), CHANGE_LOCK, ExclusiveLock);
}

void
LockTableName(Bytes name)
{
	LockDatabaseObject(RelationRelationId, HashOf(name), NAME_LOCK, ExclusiveLock);
}

LOCKTAG
IndexBuildLock(Oid relation)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, relation, 0, BUILD_LOCK_CLASS);
	return tag;
}

LOCKTAG
CountLock(Oid relation)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, relation, 0, COUNT_LOCK_CLASS);
	return tag;
}

LOCKTAG
BackupTaskLock(int64 task)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (task >> 32), (uint32) task,
	                     BACKUP_LOCK_CLASS);
	return tag;
}

LOCKTAG
MigrationLock(int64 migration)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (migration >> 32), (uint32) migration,
	                     MIGRATION_LOCK_CLASS);
	return tag;
}

LOCKTAG
RegionLock(int region)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, region, 0, REGION_LOCK_CLASS);
	return tag;
}

LOCKTAG
StreamUpkeepLock(void)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, 0, 0, UPKEEP_LOCK_CLASS);
	return tag;
}

LOCKTAG
StreamUpkeepNextLock(void)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, 1, 0, UPKEEP_LOCK_CLASS);
	return tag;
}

/*
 * The locks of dynamo's own, beside those that PostgreSQL's commands take. A transaction takes them
 * in this order, so that no two wait for each other:
 *
 * 1. a table's change: one of UpdateTable, DeleteTable, TagResource and the like at a time;
 * 2. a table's name: CreateTable, and all else that gives a table its name;
 * 3. a table's index builds: held by the worker that builds, awaited by what drops the table;
 * 4. the relation: the parent, then the leaves in order of their remainders, then their indexes;
 * 5. a table's count: never waited for;
 * 6. items: of a transaction in the order of table and key; of everything else one at a time.
 *
 * Locks of shared memory (LWLocks) are held for some instructions each, and never two.
 * Names are locked by a hash: two tables may share a lock, which costs a wait and nothing else.
 */
#ifndef DYNAMO_STORAGE_LOCK_H
#define DYNAMO_STORAGE_LOCK_H

#include "postgres.h"

#include "storage/lock.h"

#include "item/value.h"

/* Exclusive locks to the transaction's end; each waits. */
extern void LockTableChange(Bytes name);
extern void LockTableName(Bytes name);

/* The first is held as ExclusiveLock at session level by a build's worker. User-level advisory
 * locks look the same, but for their class. */
extern LOCKTAG IndexBuildLock(Oid relation);
extern LOCKTAG CountLock(Oid relation);

/* Of a worker's task of backups, by the task's number; held as ExclusiveLock at session level. */
extern LOCKTAG BackupTaskLock(int64 task);

/* Of a worker's turn at a migration, by its number; the same. */
extern LOCKTAG MigrationLock(int64 migration);

/* Of the worker that fetches what a region writes, by its number; the same. */
extern LOCKTAG RegionLock(int region);

/* Of a worker that keeps the database's streams up, and of one that waits to be the next; both are
 * held at session level, by none that holds another lock. */
extern LOCKTAG StreamUpkeepLock(void);
extern LOCKTAG StreamUpkeepNextLock(void);

#endif

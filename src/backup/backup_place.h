/*
 * What the items of a backup are stored in: rows of the database (image/) or files of an object
 * store (transfer/backup/). Making and restoring backups knows them by these functions.
 */
#ifndef DYNAMO_BACKUP_PLACE_H
#define DYNAMO_BACKUP_PLACE_H

#include "backup/backup_catalog.h"

typedef void (*BackupEmit)(void *argument, int leaf, const Jsonb *item);

typedef struct BackupPlace
{
	/*
	 * Writes in one transaction, in the context of `begin`: what an earlier attempt has left is
	 * taken away first. Items of a leaf follow each other. `end` sets chunks, checksum and
	 * file_bytes; the other members of the backup are set when it is called.
	 */
	void *(*begin)(const Backup *backup);
	void (*add)(void *writer, int leaf, const Jsonb *item);
	void (*end)(void *writer, Backup *backup);

	/*
	 * Reads all that was written, and gives each item (`emit` NULL: reads it without), which is
	 * good until the next one; counts them as progress. False where it is not what was written, as
	 * the backup's row has it; it may raise data_corrupted for that, too.
	 */
	bool (*read)(const Backup *backup, BackupEmit emit, void *argument);
} BackupPlace;

#endif

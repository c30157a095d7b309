/*
 * Backups as files of an object store, in the layout of full exports, so that ImportTable can read
 * them, too, with the definition beside them:
 *
 *   PREFIX/AWSDynamoDB/ID/_started
 *   PREFIX/AWSDynamoDB/ID/data/NAME.json.gz       NAME is the digits of ID, the partition, a number
 *   PREFIX/AWSDynamoDB/ID/definition.json
 *   PREFIX/AWSDynamoDB/ID/manifest-files.json     a line a data file, with its MD5
 *   PREFIX/AWSDynamoDB/ID/manifest-summary.json
 *   and the MD5 of both manifests, .md5
 *
 * What a restore needs of the definition is in the backup's row; the file is for those who have
 * lost that. The row has a checksum of manifest-files.json. The files belong to the server: no
 * grant of dynamo.store_grant is asked for.
 */
#ifndef DYNAMO_FILE_PLACE_H
#define DYNAMO_FILE_PLACE_H

#include "backup/backup_place.h"

/* Of backups that have a location. Raises what the store raises. */
extern const BackupPlace file_place;

/* Deletes the files, whole or not, of a backup that has a location; none is no error. */
extern void BackupFilesDelete(const Backup *backup);

#endif

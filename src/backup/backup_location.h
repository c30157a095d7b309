/*
 * Where backups are stored: in the database, or where dynamo.backup_location says so.
 *
 * A location is "directory://BUCKET/PREFIX" or "s3://BUCKET/PREFIX", with or without a prefix: a
 * bucket of dynamo.export_directory or of dynamo.s3_endpoint. The row of a backup has the location
 * that it was made for, so that the setting may change.
 */
#ifndef DYNAMO_BACKUP_LOCATION_H
#define DYNAMO_BACKUP_LOCATION_H

#include "text/bytes.h"

typedef struct BackupLocation
{
	bool is_s3;
	Bytes bucket;
	Bytes prefix; /* without "/" at its end; data NULL: none */
} BackupLocation;

/* Defines the setting. */
extern void BackupLocationInit(void);

/* What the setting says; NULL: the database. Good until it changes. */
extern const char *BackupLocationNow(void);

/* False where the text is no location. Points into it. */
extern bool BackupLocationParse(const char *text, BackupLocation *location);

#endif

/*
 * Backups in the database: images as rows of dynamo.backup_chunk.
 */
#ifndef DYNAMO_IMAGE_PLACE_H
#define DYNAMO_IMAGE_PLACE_H

#include "backup/backup_place.h"

extern const BackupPlace image_place;

#endif

/*
 * Rows of dynamo.backup_catalog, one a backup.
 *
 * A backup belongs to the role that has made it, not to its table, which it outlives.
 */
#ifndef DYNAMO_BACKUP_CATALOG_H
#define DYNAMO_BACKUP_CATALOG_H

#include "item/value.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

typedef enum BackupStatus
{
	BACKUP_CREATING,
	BACKUP_AVAILABLE,
	BACKUP_DELETED /* for requests there is no such backup */
} BackupStatus;

typedef enum BackupType
{
	BACKUP_USER,
	BACKUP_SYSTEM
} BackupType;

typedef struct Backup
{
	int64 id;
	char *identifier; /* the last part of the ARN: milliseconds of its creation, "-", 8 digits */
	Bytes table;
	pg_uuid_t table_id;
	Oid relation;
	Oid owner;
	Bytes name;
	BackupType type;
	BackupStatus status;
	TimestampTz created;
	TimestampTz expires; /* 0: never */
	TimestampTz table_created;
	int partitions;
	Jsonb *definition; /* as dynamo.table_catalog has them */
	Jsonb *settings;   /* NULL: none */
	Jsonb *stream;     /* the same */
	int64 items;
	int64 bytes;          /* of the items, as the service counts them */
	const char *location; /* of its files (backup_location.h); NULL: in the database */
	int64 file_bytes;     /* of them */
	int64 chunks;         /* or files of items */
	int64 checksum;       /* of the chunks, in their order, or of the list of the files */
} Backup;

/* The API's words. */
extern const char *BackupStatusName(BackupStatus status);
extern const char *BackupTypeName(BackupType type);

/* What ListBackups wants, in the order of `identifier` and table. */
typedef struct BackupFilter
{
	Bytes table;             /* data NULL: of all tables */
	Bytes after_identifier;  /* data NULL: from the first */
	Bytes after_table;       /* of the same place */
	TimestampTz lower_bound; /* inclusive */
	TimestampTz upper_bound; /* exclusive */
	const char *type;        /* NULL: all */
	int limit;
} BackupFilter;

/* A backup that is not DELETED, with palloc'd members; false where there is none. */
extern bool BackupFind(Bytes table, Bytes identifier, Backup *backup);
extern bool BackupRead(int64 id, Backup *backup);

/* One that is DELETED, and has not been forgotten yet; the same. */
extern bool BackupReadDeleted(int64 id, Backup *backup);

/* Those of roles whose privileges the current role has: a list of palloc'd Backup. */
extern List *BackupList(const BackupFilter *filter);

/* Whether the current role has the privileges of the one that the backup belongs to. */
extern bool BackupIsOwn(const Backup *backup);

/*
 * Makes a row of status CREATING, of the current role: sets its id, identifier, owner, creation and
 * location, which is that of the setting.
 */
extern void BackupInsert(Backup *backup);

/* Rewrites what a worker has found: the definition, the counts, the status. */
extern void BackupUpdate(const Backup *backup);

extern void BackupSetDeleted(int64 id);
extern void BackupForget(int64 id);

/* Sets backups DELETED whose time is over, and adds tasks of deletion. */
extern void BackupsExpire(void);

#endif

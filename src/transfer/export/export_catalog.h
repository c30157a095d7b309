/*
 * Rows of dynamo.export_catalog, one an export.
 *
 * An export belongs to the role that has asked for it, not to its table, which it outlives. Rows
 * are kept for 90 days, as the service lists them.
 */
#ifndef DYNAMO_EXPORT_CATALOG_H
#define DYNAMO_EXPORT_CATALOG_H

#include "item/value.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/uuid.h"

typedef enum ExportStatus
{
	EXPORT_IN_PROGRESS,
	EXPORT_COMPLETED,
	EXPORT_FAILED
} ExportStatus;

/* What the request asks for; texts with data NULL are absent. */
typedef struct ExportSpecification
{
	Bytes bucket;
	Bytes bucket_owner;
	Bytes prefix;
	Bytes sse_algorithm;
	Bytes sse_kms_key;
	Bytes filter; /* FilterSpecification, as JSON */
	bool is_ion;  /* else DynamoDB JSON */
	bool is_incremental;
	bool has_old_images; /* of an incremental one: NEW_AND_OLD_IMAGES */
} ExportSpecification;

#define EXPORT_HASH_LENGTH 32

typedef struct Export
{
	int64 id;
	char *identifier; /* the last part of the ARN: milliseconds of its start, "-", 8 digits */
	Bytes table;
	pg_uuid_t table_id;
	Oid relation;
	Oid owner;
	bool is_backup; /* in no catalog: the files are those of the backup of the identifier */
	ExportStatus status;
	TimestampTz started;
	TimestampTz ended;     /* 0: not yet */
	TimestampTz from_time; /* of an incremental export, inclusive; else 0 */
	TimestampTz to_time;   /* exclusive; of a full export the time that it is of */
	ExportSpecification specification;
	Bytes token;
	uint8 request_hash[EXPORT_HASH_LENGTH];
	int64 items;
	int64 bytes;          /* of the items, as the service counts them */
	const char *manifest; /* the key of its summary; NULL: not yet */
	const char *failure_code;
	const char *failure_message;
} Export;

/* The API's words. */
extern const char *ExportStatusName(ExportStatus status);
extern const char *ExportFormatName(const ExportSpecification *specification);
extern const char *ExportTypeName(const ExportSpecification *specification);
extern const char *ExportViewName(const ExportSpecification *specification);

/* With palloc'd members; false where there is none. */
extern bool ExportFind(Bytes table, Bytes identifier, Export *export);
extern bool ExportRead(int64 id, Export *export);

/* One that the current role has begun under the token in the past eight hours. */
extern bool ExportFindToken(Bytes token, Export *export);

/* Those of roles whose privileges the current role has, the latest first: a list of palloc'd
 * Export. `table` with data NULL: of all tables; `before` the same: from the latest, else those
 * before it. */
extern List *ExportList(Bytes table, Bytes before, int limit);

/* Whether the current role has the privileges of the one that the export belongs to. */
extern bool ExportIsOwn(const Export *export);

/* How many of the current role are in progress; no other transaction adds one until this one ends.
 */
extern int64 ExportsInProgress(void);

/* Sets the id, the identifier, the owner and the start of an export that is IN_PROGRESS. */
extern void ExportPrepare(Export *export);
extern void ExportInsert(Export *export);

/* Rewrites how it has ended. */
extern void ExportUpdate(const Export *export);

/* Forgets those whose time is over. */
extern void ExportsExpire(void);

#endif

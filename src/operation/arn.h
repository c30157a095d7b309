/*
 * ARNs of the tables that requests name so, or by their names.
 */
#ifndef DYNAMO_ARN_H
#define DYNAMO_ARN_H

#include "error/error.h"
#include "model/resource_name.h"
#include "model/structure.h"

/*
 * The table's name in the request's TableName: a name, or the ARN of a table
 * here. Raises ValidationException for what is neither and for the ARN of another
 * region, AccessDeniedException for one of another account.
 */
extern Bytes RequestTableName(const Structure *request);

/* The same of a name or ARN that stands elsewhere, as in RequestItems. */
extern Bytes TableNameOf(Bytes name_or_arn);

/* The same of what may only be an ARN. */
extern Bytes TableNameOfArn(Bytes arn);

/*
 * The table of a ResourceArn, or the one whose stream it names; with errors of its own, for the ARN
 * of an index too. They differ where its policy is asked for and where its tags are.
 */
extern Bytes ResourceArnTable(Bytes arn, bool of_policy, bool *is_stream);

/*
 * Reads the ARN of a stream, pointing into it. Raises ValidationException for what is none and for
 * one of another region, AccessDeniedException for one of another account; false for one that no
 * stream can have.
 */
extern bool StreamArnRead(Bytes arn, Bytes *table, int64 *label);

/* The same of the ARN of a backup, whose last part is `identifier`; false for another region. */
extern bool BackupArnRead(Bytes arn, Bytes *table, Bytes *identifier);

/* The table of SourceTableArn, which RestoreTableToPointInTime judges in a way of its own. */
extern Bytes RestoredTableOfArn(Bytes arn);
extern Bytes TableArnOfBackup(Bytes text);

/* The same of the ARN of an export. */
extern bool ExportArnRead(Bytes arn, Bytes *table, Bytes *identifier);
extern Bytes TableArnOfExport(Bytes text);
/* The same of the ARN of an import. */
extern bool ImportArnRead(Bytes arn, Bytes *table, Bytes *identifier);
extern Bytes TableArnOfImport(Bytes text);

/* The same of the ARN of a bulk put. */
extern bool BulkOperationArnRead(Bytes arn, Bytes *table, Bytes *identifier);
extern Bytes TableArnOfBulkOperation(Bytes text);

/* The ARN of the table in that of a stream, or in a text that begins with one: all before it. */
extern Bytes TableArnOfStream(Bytes text);

/* Whether a table may have this name. */
extern bool TableNameIsWellFormed(Bytes name);

#endif

/*
 * ARNs: of the tables that requests name so or by their names, and those that
 * responses give.
 */
#ifndef DYNAMO_ARN_H
#define DYNAMO_ARN_H

#include "error/error.h"
#include "model/structure.h"

/* Defines dynamo.region and dynamo.account_id. */
extern void ArnInit(void);

/*
 * The table's name in the request's TableName: a name, or the ARN of a table
 * here. Raises ValidationException for what is neither, and
 * ResourceNotFoundException for the ARN of another region or account.
 */
extern Bytes RequestTableName(const Structure *request);

/* The same of a name or ARN that stands elsewhere, as in RequestItems. */
extern Bytes TableNameOf(Bytes name_or_arn);

/* The same of what may only be an ARN. */
extern Bytes TableNameOfArn(Bytes arn);

/* Whether a table may have this name. */
extern bool TableNameIsWellFormed(Bytes name);

/* The region that ARNs and messages name. */
extern const char *RegionName(void);

/* arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, palloc'd. */
extern char *ServiceArn(const char *service, const char *resource);
/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME, palloc'd. */
extern char *TableArn(Bytes table);
/* TableArn and /index/NAME, palloc'd. */
extern char *IndexArn(Bytes table, Bytes index);

#endif

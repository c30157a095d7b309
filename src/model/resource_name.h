/*
 * The ARNs that responses give, and the region and account in them.
 */
#ifndef DYNAMO_RESOURCE_NAME_H
#define DYNAMO_RESOURCE_NAME_H

#include "item/value.h"

/* Defines dynamo.region and dynamo.account_id. */
extern void ResourceNameInit(void);

/* The region and the account that ARNs and messages name. */
extern const char *RegionName(void);
extern const char *AccountId(void);

/* arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, palloc'd. */
extern char *ServiceArn(const char *service, const char *resource);
/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME, palloc'd. */
extern char *TableArn(Bytes table);
/* TableArn and /index/NAME, palloc'd. */
extern char *IndexArn(Bytes table, Bytes index);
/* TableArn and /backup/IDENTIFIER, palloc'd. */
extern char *BackupArn(Bytes table, const char *identifier);
/* TableArn and /export/IDENTIFIER, palloc'd. */
extern char *ExportArn(Bytes table, const char *identifier);
/* TableArn and /import/IDENTIFIER, palloc'd. */
extern char *ImportArn(Bytes table, const char *identifier);
/* TableArn and /bulk-operation/IDENTIFIER, palloc'd. */
extern char *BulkOperationArn(Bytes table, const char *identifier);
/* TableArn and /stream/LABEL, palloc'd. */
extern char *StreamArn(Bytes table, const char *label);

#endif

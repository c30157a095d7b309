/*
 * Writes ARNs.
 */
#include "model/resource_name.h"

#include "utils/guc.h"

#define ACCOUNT_ID_LENGTH 12

static char *region;
static char *account_id;

static bool
CheckRegion(char **value, void **extra, GucSource source)
{
	return (*value)[0] != '\0' &&
	       strspn(*value, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(*value);
}

static bool
CheckAccountId(char **value, void **extra, GucSource source)
{
	return strlen(*value) == ACCOUNT_ID_LENGTH && strspn(*value, "0123456789") == ACCOUNT_ID_LENGTH;
}

void
ResourceNameInit(void)
{
	DefineCustomStringVariable("dynamo.region", "AWS region that ARNs name.", NULL, &region,
	                           "us-east-1", PGC_SIGHUP, 0, CheckRegion, NULL, NULL);
	DefineCustomStringVariable("dynamo.account_id", "AWS account that ARNs name, of 12 digits.",
	                           NULL, &account_id, "000000000000", PGC_SIGHUP, 0, CheckAccountId,
	                           NULL, NULL);
}

const char *
RegionName(void)
{
	return region;
}

const char *
AccountId(void)
{
	return account_id;
}

char *
ServiceArn(const char *service, const char *resource)
{
	return psprintf("arn:aws:%s:%s:%s:%s", service, region, account_id, resource);
}

char *
TableArn(Bytes table)
{
	return ServiceArn("dynamodb", psprintf("table/%.*s", BYTES_ARGS(table)));
}

char *
IndexArn(Bytes table, Bytes index)
{
	return psprintf("%s/index/%.*s", TableArn(table), BYTES_ARGS(index));
}

char *
BackupArn(Bytes table, const char *identifier)
{
	return psprintf("%s/backup/%s", TableArn(table), identifier);
}

char *
ExportArn(Bytes table, const char *identifier)
{
	return psprintf("%s/export/%s", TableArn(table), identifier);
}

char *
StreamArn(Bytes table, const char *label)
{
	return psprintf("%s/stream/%s", TableArn(table), label);
}

char *
ImportArn(Bytes table, const char *identifier)
{
	return psprintf("%s/import/%s", TableArn(table), identifier);
}

char *
BulkOperationArn(Bytes table, const char *identifier)
{
	return psprintf("%s/bulk-operation/%s", TableArn(table), identifier);
}

/*
 * Reads ARNs.
 */
#include "operation/arn.h"

#include "error/error.h"
#include "storage/catalog/stream.h"

#include <ctype.h>

#define MIN_NAME_LENGTH 3
#define MAX_NAME_LENGTH 255
#define STREAM_PART "/stream/"
#define BACKUP_PART "/backup/"

bool
TableNameIsWellFormed(Bytes name)
{
	if (name.length < MIN_NAME_LENGTH || name.length > MAX_NAME_LENGTH)
		return false;
	for (int i = 0; i < name.length; i++)
	{
		unsigned char c = name.data[i];

		if (c > 127 || !(isalnum(c) || c == '_' || c == '-' || c == '.'))
			return false;
	}
	return true;
}

/* Cuts the part up to the next colon off `rest`; false where there is none. */
static bool
NextPart(Bytes *rest, Bytes *part)
{
	const char *colon = BytesFind(*rest, ':');

	if (colon == NULL)
		return false;
	*part = (Bytes){ rest->data, colon - rest->data };
	rest->data += part->length + 1;
	rest->length -= part->length + 1;
	return true;
}

static bool
TakePrefix(Bytes *rest, const char *prefix)
{
	int length = strlen(prefix);

	if (rest->length < length || memcmp(rest->data, prefix, length) != 0)
		return false;
	rest->data += length;
	rest->length -= length;
	return true;
}

typedef struct ArnParts
{
	Bytes region;
	Bytes account;
	Bytes table;
} ArnParts;

/* False where `arn` is not a table's. */
static bool
ReadTableArn(Bytes arn, ArnParts *parts)
{
	Bytes rest = arn;
	Bytes partition;

	if (!TakePrefix(&rest, "arn:") || !NextPart(&rest, &partition) ||
	    !TakePrefix(&rest, "dynamodb:") || !NextPart(&rest, &parts->region) ||
	    !NextPart(&rest, &parts->account) || !TakePrefix(&rest, "table/"))
		return false;
	parts->table = rest;
	return TableNameIsWellFormed(rest);
}

static bool
IsHere(const ArnParts *parts)
{
	return BytesEqual(parts->region, BytesFromCString(RegionName())) &&
	       BytesEqual(parts->account, BytesFromCString(AccountId()));
}

Bytes
TableNameOfArn(Bytes arn)
{
	ArnParts parts;

	if (!ReadTableArn(arn, &parts))
		ValidationError("Invalid TableArn: Invalid ResourceArn provided as input %.*s",
		                BYTES_ARGS(arn));
	if (!IsHere(&parts))
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND,
		            "Requested resource not found: ResourcArn: %.*s not found", BYTES_ARGS(arn));
	return parts.table;
}

static Bytes
Before(Bytes text, const char *part)
{
	int length = strlen(part);

	for (int i = 0; i + length <= text.length; i++)
		if (memcmp(text.data + i, part, length) == 0)
			return (Bytes){ text.data, i };
	return text;
}

Bytes
TableArnOfStream(Bytes text)
{
	return Before(text, STREAM_PART);
}

Bytes
TableArnOfBackup(Bytes text)
{
	return Before(text, BACKUP_PART);
}

bool
StreamArnRead(Bytes arn, Bytes *table, int64 *label)
{
	Bytes table_arn = TableArnOfStream(arn);
	Bytes rest = { arn.data + table_arn.length, arn.length - table_arn.length };
	ArnParts parts;

	if (!ReadTableArn(table_arn, &parts) || !TakePrefix(&rest, STREAM_PART) || rest.length == 0)
		ValidationError("Invalid StreamArn: Invalid ResourceArn provided as input %.*s",
		                BYTES_ARGS(arn));
	*table = parts.table;
	return IsHere(&parts) && StreamLabelParse(rest, label);
}

bool
BackupArnRead(Bytes arn, Bytes *table, Bytes *identifier)
{
	Bytes table_arn = TableArnOfBackup(arn);
	Bytes rest = { arn.data + table_arn.length, arn.length - table_arn.length };
	ArnParts parts;

	if (!ReadTableArn(table_arn, &parts) || !TakePrefix(&rest, BACKUP_PART) || rest.length == 0)
		ValidationError("Invalid BackupArn: Invalid ResourceArn provided as input %.*s",
		                BYTES_ARGS(arn));
	*table = parts.table;
	*identifier = rest;
	return IsHere(&parts);
}

Bytes
TableNameOf(Bytes name_or_arn)
{
	Bytes rest = name_or_arn;

	if (TableNameIsWellFormed(name_or_arn))
		return name_or_arn;
	if (TakePrefix(&rest, "arn:"))
		return TableNameOfArn(name_or_arn);
	if (name_or_arn.length < MIN_NAME_LENGTH || name_or_arn.length > MAX_NAME_LENGTH)
		ValidationError("TableName must be at least 3 characters long and at most 255 characters "
		                "long");
	ValidationError("Invalid table/index name.  Table/index names must be between 3 and 255 "
	                "characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', "
	                "and '.'");
}

Bytes
RequestTableName(const Structure *request)
{
	return TableNameOf(StructureString(request, member_TableName));
}

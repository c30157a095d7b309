/*
 * Reads ARNs.
 */
#include "operation/arn.h"

#include "error/error.h"
#include "text/text_scan.h"
#include "storage/catalog/stream.h"

#include <ctype.h>

#define MIN_NAME_LENGTH 3
#define MAX_NAME_LENGTH 255
#define STREAM_PART "/stream/"
#define INDEX_PART "/index/"
#define ARN_PREFIX "arn:"
#define BACKUP_PART "/backup/"
#define EXPORT_PART "/export/"
#define IMPORT_PART "/import/"
#define BULK_OPERATION_PART "/bulk-operation/"

static bool
HasNameCharacters(Bytes name)
{
	for (int i = 0; i < name.length; i++)
	{
		unsigned char c = name.data[i];

		if (c > 127 || !(isalnum(c) || c == '_' || c == '-' || c == '.'))
			return false;
	}
	return true;
}

bool
TableNameIsWellFormed(Bytes name)
{
	return name.length >= MIN_NAME_LENGTH && name.length <= MAX_NAME_LENGTH &&
	       HasNameCharacters(name);
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

typedef struct ArnParts
{
	Bytes partition;
	Bytes service;
	Bytes region;
	Bytes account;
	Bytes resource;
	Bytes table; /* where the resource is one */
} ArnParts;

/* False where the text is no ARN. */
static bool
ReadArn(Bytes arn, ArnParts *parts)
{
	Bytes rest = arn;

	if (!TextTakePrefix(&rest, BYTES_LITERAL(ARN_PREFIX)) || !NextPart(&rest, &parts->partition) ||
	    !NextPart(&rest, &parts->service) || !NextPart(&rest, &parts->region) ||
	    !NextPart(&rest, &parts->account))
		return false;
	parts->resource = rest;
	return true;
}

/* False where `arn` is not a table's. */
static bool
ReadTableArn(Bytes arn, ArnParts *parts)
{
	if (!ReadArn(arn, parts) || !BytesEqual(parts->service, BYTES_LITERAL("dynamodb")))
		return false;
	parts->table = parts->resource;
	return TextTakePrefix(&parts->table, BYTES_LITERAL("table/")) &&
	       TableNameIsWellFormed(parts->table);
}

static bool
IsOfThisRegion(const ArnParts *parts)
{
	return BytesEqual(parts->partition, BYTES_LITERAL("aws")) &&
	       BytesEqual(parts->region, BytesFromCString(RegionName()));
}

static bool
IsOfThisAccount(const ArnParts *parts)
{
	return BytesEqual(parts->account, BytesFromCString(AccountId()));
}

static void
CheckAccount(const ArnParts *parts)
{
	if (!IsOfThisAccount(parts))
		DynamoError(EXCEPTION_ACCESS_DENIED, TEXT_OTHER_ACCOUNT);
}

Bytes
TableNameOfArn(Bytes arn)
{
	ArnParts parts;

	if (!ReadArn(arn, &parts))
		ValidationError(TEXT_ARN_INVALID, BYTES_ARGS(arn));
	if (!BytesEqual(parts.partition, BYTES_LITERAL("aws")))
		ValidationError(TEXT_ARN_PARTITION, BYTES_ARGS(arn));
	if (!ReadTableArn(arn, &parts))
		ValidationError(TEXT_ARN_RESOURCE_TYPE, BYTES_ARGS(arn));
	if (!BytesEqual(parts.region, BytesFromCString(RegionName())))
		ValidationError(TEXT_ARN_REGION, BYTES_ARGS(arn));
	CheckAccount(&parts);
	return parts.table;
}

static Bytes
Before(Bytes text, const char *part)
{
	const char *found = TextFind(text, part);

	return found != NULL ? (Bytes){ text.data, found - text.data } : text;
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

Bytes
TableArnOfExport(Bytes text)
{
	return Before(text, EXPORT_PART);
}

Bytes
ResourceArnTable(Bytes arn, bool of_policy, bool *is_stream)
{
	Bytes table_arn = TableArnOfStream(arn);
	ArnParts parts;
	Bytes rest = arn;

	if (!TextTakePrefix(&rest, BYTES_LITERAL(ARN_PREFIX)))
		ValidationError(TEXT_TAGGED_NO_ARN, BYTES_ARGS(arn));
	if (!ReadArn(arn, &parts))
		ValidationError(TEXT_ARN_INVALID, BYTES_ARGS(arn));
	if (!BytesEqual(parts.service, BYTES_LITERAL("dynamodb")) ||
	    TextFind(parts.resource, BACKUP_PART) != NULL)
		ValidationError(TEXT_TAGGED_OTHER_SERVICE, BYTES_ARGS(arn));
	if (TextFind(parts.resource, INDEX_PART) != NULL)
		ValidationError(TEXT_TAGGED_INDEX, BYTES_ARGS(arn));
	if (!IsOfThisRegion(&parts) && of_policy)
		ValidationError(TEXT_POLICY_ARN, BYTES_ARGS(arn));
	if (!IsOfThisRegion(&parts))
		ValidationError(TEXT_ARN_INVALID, BYTES_ARGS(arn));
	if (!IsOfThisAccount(&parts) && of_policy)
		ValidationError(TEXT_OTHER_OWNER);
	CheckAccount(&parts);
	if (!ReadTableArn(table_arn, &parts))
		ValidationError(TEXT_ARN_INVALID, BYTES_ARGS(arn));
	*is_stream = table_arn.length < arn.length;
	return parts.table;
}

/* Reads an ARN in which `part` and something more follow that of a table. */
static bool
ReadPart(Bytes arn, Bytes table_arn, const char *part, ArnParts *parts, Bytes *rest)
{
	*rest = (Bytes){ arn.data + table_arn.length, arn.length - table_arn.length };
	return ReadTableArn(table_arn, parts) && TextTakePrefix(rest, BytesFromCString(part)) &&
	       rest->length > 0;
}

bool
StreamArnRead(Bytes arn, Bytes *table, int64 *label)
{
	ArnParts parts;
	Bytes rest;

	if (!ReadPart(arn, TableArnOfStream(arn), STREAM_PART, &parts, &rest) ||
	    !IsOfThisRegion(&parts))
		ValidationError("%s%.*s", TEXT_STREAM_ARN_INVALID, BYTES_ARGS(arn));
	CheckAccount(&parts);
	*table = parts.table;
	return StreamLabelParse(rest, label);
}

bool
BackupArnRead(Bytes arn, Bytes *table, Bytes *identifier)
{
	ArnParts parts;

	if (ReadArn(arn, &parts) && (!BytesEqual(parts.partition, BYTES_LITERAL("aws")) ||
	                             !BytesEqual(parts.service, BYTES_LITERAL("dynamodb"))))
		ValidationError(TEXT_BACKUP_ARN_ELSEWHERE);
	if (!ReadPart(arn, TableArnOfBackup(arn), BACKUP_PART, &parts, identifier))
		ValidationError(TEXT_BACKUP_ARN_INVALID);
	CheckAccount(&parts);
	*table = parts.table;
	return IsOfThisRegion(&parts);
}

Bytes
RestoredTableOfArn(Bytes arn)
{
	ArnParts parts;

	if (!ReadTableArn(arn, &parts))
		ValidationError(TEXT_RESTORE_SOURCE_ARN);
	if (!IsOfThisAccount(&parts))
		ValidationError(TEXT_OTHER_OWNER);
	if (!IsOfThisRegion(&parts))
		ValidationError(TEXT_OTHER_REGION_RESTORE);
	return parts.table;
}

bool
ExportArnRead(Bytes arn, Bytes *table, Bytes *identifier)
{
	ArnParts parts;

	if (!ReadPart(arn, TableArnOfExport(arn), EXPORT_PART, &parts, identifier))
		ValidationError("%s%.*s", TEXT_EXPORT_ARN_INVALID, BYTES_ARGS(arn));
	CheckAccount(&parts);
	*table = parts.table;
	return IsOfThisRegion(&parts);
}

/* Of an import or a bulk put, whose table's ARN is before `part`. */
static bool
ReadJobArn(Bytes arn, const char *part, const char *invalid, Bytes *table, Bytes *identifier)
{
	ArnParts parts;

	if (!ReadPart(arn, Before(arn, part), part, &parts, identifier))
		ValidationError("%s%.*s", invalid, BYTES_ARGS(arn));
	CheckAccount(&parts);
	*table = parts.table;
	return IsOfThisRegion(&parts);
}

bool
ImportArnRead(Bytes arn, Bytes *table, Bytes *identifier)
{
	return ReadJobArn(arn, IMPORT_PART, TEXT_IMPORT_ARN_INVALID, table, identifier);
}

Bytes
TableArnOfImport(Bytes text)
{
	return Before(text, IMPORT_PART);
}

bool
BulkOperationArnRead(Bytes arn, Bytes *table, Bytes *identifier)
{
	return ReadJobArn(arn, BULK_OPERATION_PART, TEXT_BULK_OPERATION_ARN_INVALID, table, identifier);
}

Bytes
TableArnOfBulkOperation(Bytes text)
{
	return Before(text, BULK_OPERATION_PART);
}

/* Requests were checked by their shapes; this is for names that come another way. */
Bytes
TableNameOf(Bytes name_or_arn)
{
	Bytes rest = name_or_arn;

	if (TextTakePrefix(&rest, BYTES_LITERAL(ARN_PREFIX)))
		return TableNameOfArn(name_or_arn);
	if (name_or_arn.length == 0)
		ValidationError(TEXT_TABLE_NAME "Member must have length greater than or equal to 1", 0,
		                "");
	if (!HasNameCharacters(name_or_arn))
		ValidationError(TEXT_TABLE_NAME
		                "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
		                BYTES_ARGS(name_or_arn));
	if (name_or_arn.length > MAX_NAME_LENGTH)
		ValidationError(TEXT_TABLE_NAME "Member must have length less than or equal to 255",
		                BYTES_ARGS(name_or_arn));
	return name_or_arn;
}

Bytes
RequestTableName(const Structure *request)
{
	return TableNameOf(StructureString(request, member_TableName));
}

/*
 * dynamo.import_access_keys(): reads a CSV file as IAM's console gives it to download, with a
 * column "User name", whose names are those of roles. Secrets come by a file that a setting names,
 * since arguments of SQL are logged and seen by others.
 */
#include "auth/key/key_import.h"

#include "postgres.h"

#include <openssl/crypto.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "auth/key/csv_line.h"
#include "auth/key/key_form.h"
#include "auth/key/key_holder.h"
#include "auth/key/key_issue.h"
#include "auth/secret/protected_file.h"
#include "compat.h"

#define MAX_FILE (1024 * 1024)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

PG_FUNCTION_INFO_V1(dynamo_import_access_keys);

typedef enum ImportColumn
{
	IMPORT_ROLE,
	IMPORT_ACCESS_KEY_ID,
	IMPORT_SECRET,
	IMPORT_COLUMNS
} ImportColumn;

/* Either of two spellings, in upper or lower case. */
static const char *const headings[IMPORT_COLUMNS][2] = {
	[IMPORT_ROLE] = { "User name", "Role name" },
	[IMPORT_ACCESS_KEY_ID] = { "Access key ID", "AccessKeyId" },
	[IMPORT_SECRET] = { "Secret access key", "SecretAccessKey" },
};

typedef struct Import
{
	const char *path;
	int places[IMPORT_COLUMNS]; /* of the columns among a line's fields */
	ReturnSetInfo *result;
} Import;

static char *import_file = NULL;

void
KeyImportInit(void)
{
	DefineCustomStringVariable(
	    "dynamo.access_key_import_file",
	    "CSV file of access keys that dynamo.import_access_keys() brings in.",
	    "It is outside of the data directory, and readable by the server's user alone.",
	    &import_file, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
}

/* Nothing of the line is shown: it may be a secret. */
pg_noreturn static void
RaiseInvalid(const Import *import, int line, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
	                errmsg("line %d of \"%s\" %s", line, import->path, what)));
}

static bool
IsHeading(Bytes field, const char *heading)
{
	return field.length == strlen(heading) &&
	       pg_strncasecmp(field.data, heading, field.length) == 0;
}

static int
PlaceOf(const CsvLine *line, const char *const spellings[2])
{
	for (int i = 0; i < line->count; i++)
	{
		if (IsHeading(line->fields[i], spellings[0]) || IsHeading(line->fields[i], spellings[1]))
			return i;
	}
	return -1;
}

static void
TakeHeadings(Import *import, Bytes *rest, CsvLine *line)
{
	const char *complaint;

	if (BytesBeginWith(*rest, BYTES_LITERAL(BYTE_ORDER_MARK)))
		*rest =
		    (Bytes){ rest->data + strlen(BYTE_ORDER_MARK), rest->length - strlen(BYTE_ORDER_MARK) };
	if (!CsvLineTake(rest, line, &complaint))
		RaiseInvalid(import, 1, "is missing");
	for (int i = 0; i < IMPORT_COLUMNS; i++)
	{
		import->places[i] = PlaceOf(line, headings[i]);
		if (import->places[i] < 0)
			RaiseInvalid(import, 1, psprintf("has no column \"%s\"", headings[i][0]));
	}
}

static Bytes
FieldOf(const Import *import, const CsvLine *line, ImportColumn column)
{
	if (import->places[column] >= line->count)
		RaiseInvalid(import, line->number, "has too few fields");
	return line->fields[import->places[column]];
}

static Oid
TakeRole(const Import *import, const CsvLine *line)
{
	Bytes name = FieldOf(import, line, IMPORT_ROLE);
	Oid role = InvalidOid;

	if (name.length > 0 && name.length < NAMEDATALEN && BytesFind(name, '\0') == NULL)
		role = get_role_oid(BytesToCString(name), true);
	if (!OidIsValid(role))
		RaiseInvalid(import, line->number, "names a role that does not exist");
	return role;
}

static void
TakeSecret(const Import *import, const CsvLine *line, Secret *secret)
{
	Bytes text = FieldOf(import, line, IMPORT_SECRET);

	if (text.length < 1 || text.length > MAX_SECRET_LENGTH)
		RaiseInvalid(import, line->number, "has no secret of 1 to 128 characters");
	for (int i = 0; i < text.length; i++)
	{
		if (text.data[i] <= ' ' || text.data[i] > '~')
			RaiseInvalid(import, line->number, "has a secret of other characters than ASCII's");
	}
	memcpy(secret->text, text.data, text.length);
	secret->length = text.length;
}

static void
ReturnKey(const Import *import, const char *access_key_id, Oid role)
{
	Datum values[2] = { CStringGetTextDatum(access_key_id), ObjectIdGetDatum(role) };
	bool nulls[2] = { false };

	tuplestore_putvalues(import->result->setResult, import->result->setDesc, values, nulls);
}

static void
ImportLine(const Import *import, const CsvLine *line)
{
	Bytes id = FieldOf(import, line, IMPORT_ACCESS_KEY_ID);
	Oid role = TakeRole(import, line);
	AccessKeyRow row;
	Secret secret;

	if (!IsAccessKeyId(id))
		RaiseInvalid(import, line->number,
		             "has no access key id of 16 to 128 letters, digits and \"_\"");
	LockKeyHolder(role);
	CheckMayHaveKeys(role);
	if (AccessKeyRowRead(id, &row))
	{
		if (row.role != role)
			RaiseInvalid(import, line->number, "has the access key id of another role's");
		return;
	}
	TakeSecret(import, line, &secret);
	if (AccessKeyIssue(role, BytesToCString(id), &secret, DT_NOEND))
		ReturnKey(import, BytesToCString(id), role);
	SecretForget(&secret);
}

static void
ImportText(Import *import, Bytes rest)
{
	CsvLine line = { 0 };
	const char *complaint;

	TakeHeadings(import, &rest, &line);
	while (CsvLineTake(&rest, &line, &complaint))
	{
		CHECK_FOR_INTERRUPTS();
		if (complaint != NULL)
			RaiseInvalid(import, line.number, complaint);
		if (line.count > 1 || line.fields[0].length > 0)
			ImportLine(import, &line);
	}
}

static void
ImportFile(Import *import, char *data)
{
	int length;
	char *complaint = ProtectedFileRead(import->path, data, MAX_FILE, &length);

	if (complaint != NULL)
		ereport(ERROR, (errcode(ERRCODE_CONFIG_FILE_ERROR),
		                errmsg("could not import access keys: %s", complaint)));
	ImportText(import, (Bytes){ data, length });
}

static void
CheckMayImport(void)
{
	if (!superuser())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be superuser to import access keys")));
	CheckNotServingRequests();
	if (import_file == NULL || import_file[0] == '\0')
		ereport(ERROR,
		        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		         errmsg("dynamo.access_key_import_file is not set"),
		         errhint("Set it to a CSV file with the columns \"User name\", \"Access key ID\" "
		                 "and \"Secret access key\", which only the server's user can read, and "
		                 "reload.")));
}

Datum
dynamo_import_access_keys(PG_FUNCTION_ARGS)
{
	Import import = { .result = (ReturnSetInfo *) fcinfo->resultinfo };
	char *data;

	CheckMayImport();
	InitMaterializedSRF(fcinfo, 0);
	import.path = pstrdup(import_file);
	data = palloc(MAX_FILE);
	PG_TRY();
	{
		ImportFile(&import, data);
	}
	PG_FINALLY();
	{
		OPENSSL_cleanse(data, MAX_FILE);
	}
	PG_END_TRY();
	pfree(data);
	return (Datum) 0;
}

/*
 * Throws mutated bytes at what reads the objects of imports. How an object is cut into records must
 * not depend on how its bytes arrive, and the records are the object but for the ends of lines; an
 * item that Ion spells is the same as DynamoDB JSON; the fields of a record of CSV are the same
 * where all are quoted.
 *
 * A module of its own, as item_fuzz.c is.
 */
#include "postgres.h"

#include "fuzz_loop.h"

#include "error/error.h"
#include "transfer/format/csv.h"
#include "transfer/format/ion.h"
#include "transfer/format/record.h"
#include "item/compare.h"
#include "item/encoding.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(fuzz);

static const char *const tokens[] = {
	"{",
	"}",
	"[",
	"]",
	",",
	":",
	"::",
	"\"",
	"\"\"",
	"'",
	"'''",
	"{{",
	"}}",
	"//",
	"/*",
	"*/",
	"\n",
	"\r\n",
	"\\",
	"\\u0000",
	"\\ud83d\\ude00",
	"\\x41",
	"null",
	"true",
	"nan",
	"1d",
	"-0.",
	"1_0",
	"9d200",
	"$ion_1_0 ",
	"Item:",
	"$dynamodb_SS::",
	"$dynamodb_NS::",
	"$dynamodb_BS::",
	"AAEC",
	"\xEF\xBB\xBF",
	"\xC3\x84",
	"\xED\xA0\x80",
	";",
	"[[[[[[[[[[",
	"\x1f\x8b\x08",
	"\x28\xb5\x2f\xfd",
};

/* --- objects --- */

/* An object whose bytes come a few at a time. */
typedef struct Pieces
{
	Bytes rest;
	size_t most;
} Pieces;

static size_t
ReadPiece(void *source, char *buffer, size_t room)
{
	Pieces *pieces = source;
	size_t length = Min(Min(room, pieces->most), (size_t) pieces->rest.length);

	memcpy(buffer, pieces->rest.data, length);
	pieces->rest.data += length;
	pieces->rest.length -= length;
	return length;
}

/* The records of an object, each with a byte behind it that ends it. */
static Bytes
RecordsOf(Bytes object, InputCompression compression, RecordForm form, size_t most, int64 *passed)
{
	Pieces pieces = { object, most };
	InputStream *stream = InputStreamOpen(compression, ReadPiece, &pieces);
	RecordReader *reader = RecordReaderOpen(stream, form, ',');
	StringInfoData records;
	Bytes record;

	initStringInfo(&records);
	while (RecordNext(reader, &record))
	{
		appendBinaryStringInfo(&records, record.data, record.length);
		appendStringInfoChar(&records, '\0');
	}
	*passed = RecordReaderPassed(reader);
	Require(InputStreamTaken(stream) == object.length);
	RecordReaderClose(reader);
	InputStreamClose(stream);
	return (Bytes){ records.data, records.len };
}

static void
CheckRecords(Bytes object, InputCompression compression, RecordForm form)
{
	int64 passed;
	int64 passed_again;
	Bytes whole = RecordsOf(object, compression, form, SIZE_MAX, &passed);
	Bytes pieces = RecordsOf(object, compression, form, 1, &passed_again);

	Require(BytesEqual(whole, pieces));
	Require(passed == passed_again);
	if (compression == COMPRESSION_NONE)
		Require(passed == object.length);
}

static void
LinesTarget(Bytes input)
{
	CheckRecords(input, COMPRESSION_NONE, RECORD_LINE);
}

static void
CsvRecordsTarget(Bytes input)
{
	CheckRecords(input, COMPRESSION_NONE, RECORD_CSV);
}

static void
IonRecordsTarget(Bytes input)
{
	CheckRecords(input, COMPRESSION_NONE, RECORD_ION);
}

static void
GzipTarget(Bytes input)
{
	CheckRecords(input, COMPRESSION_GZIP, RECORD_LINE);
}

static void
ZstdTarget(Bytes input)
{
	CheckRecords(input, COMPRESSION_ZSTD, RECORD_LINE);
}

/* --- records --- */

static void
IonTarget(Bytes input)
{
	AttributeValue value;
	AttributeValue again;
	StringInfoData text;
	JsonWriter writer;

	IonRead(input, &value);
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	AttributeValueWrite(&writer, &value);
	/* What is read may nest as deep as an item and its record do. */
	AttributeValueParseDeep(JsonParse((Bytes){ text.data, text.len }), 4, &again);
	Require(AttributeValueEqual(&value, &again));
}

static void
AppendQuoted(StringInfo out, Bytes field)
{
	appendStringInfoChar(out, '"');
	for (int i = 0; i < field.length; i++)
	{
		if (field.data[i] == '"')
			appendStringInfoChar(out, '"');
		appendStringInfoChar(out, field.data[i]);
	}
	appendStringInfoChar(out, '"');
}

static void
CsvTarget(Bytes input)
{
	CsvRecord record;
	CsvRecord again;
	StringInfoData text;

	CsvRead(input, ',', &record);
	initStringInfo(&text);
	for (int i = 0; i < record.count; i++)
	{
		if (i > 0)
			appendStringInfoChar(&text, ',');
		AppendQuoted(&text, record.fields[i]);
	}
	CsvRead((Bytes){ text.data, text.len }, ',', &again);
	Require(again.count == record.count);
	for (int i = 0; i < record.count; i++)
		Require(BytesEqual(again.fields[i], record.fields[i]));
}

/* --- all --- */

static bool
IsExpected(int sqlstate)
{
	return sqlstate == ExceptionSqlState(EXCEPTION_SERIALIZATION) ||
	       sqlstate == ExceptionSqlState(EXCEPTION_VALIDATION);
}

static const struct
{
	const char *name;
	void (*target)(Bytes input);
} targets[] = {
	{ "lines", LinesTarget },
	{ "csv records", CsvRecordsTarget },
	{ "ion records", IonRecordsTarget },
	{ "gzip", GzipTarget },
	{ "zstd", ZstdTarget },
	{ "ion", IonTarget },
	{ "csv", CsvTarget },
};

/* fuzz(target text, seeds bytea[], random_seed bigint, rounds integer): inputs accepted. */
Datum
fuzz(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	FuzzLanguage language = { NULL, IsExpected, tokens, lengthof(tokens), name };

	for (int i = 0; i < lengthof(targets); i++)
		if (strcmp(targets[i].name, name) == 0)
			language.target = targets[i].target;
	Require(language.target != NULL);
	PG_RETURN_INT32(
	    FuzzLoop(&language, PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_INT64(2), PG_GETARG_INT32(3)));
}

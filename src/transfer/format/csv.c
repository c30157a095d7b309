/*
 * See csv.h.
 */
#include "transfer/format/csv.h"

#include "compat.h"
#include "error/error.h"
#include "mb/pg_wchar.h"

/* Where the text ends that begins behind a quotation mark; `doubled`: how many it has within. */
static const char *
QuotedEnd(const char *p, const char *end, int *doubled)
{
	*doubled = 0;
	for (;;)
	{
		p = p < end ? memchr(p, '"', end - p) : NULL;
		if (p == NULL)
			DynamoError(EXCEPTION_SERIALIZATION, "A field has no quotation mark at its end");
		if (p + 1 == end || p[1] != '"')
			return p;
		(*doubled)++;
		p += 2;
	}
}

/* A field that begins with a quotation mark, which is consumed. */
static Bytes
QuotedField(const char **p, const char *end)
{
	const char *start = *p;
	int doubled;
	const char *stop = QuotedEnd(start, end, &doubled);
	char *text;
	int length = 0;

	*p = stop + 1;
	if (doubled == 0)
		return (Bytes){ start, stop - start };
	text = palloc(stop - start - doubled);
	for (; start < stop; start++)
	{
		text[length++] = *start;
		if (*start == '"')
			start++;
	}
	return (Bytes){ text, length };
}

static Bytes
PlainField(const char **p, const char *end, char delimiter)
{
	const char *start = *p;
	const char *stop = memchr(start, delimiter, end - start);

	*p = stop != NULL ? stop : end;
	return (Bytes){ *p > start ? start : NULL, *p - start };
}

static Bytes
NextField(const char **p, const char *end, char delimiter)
{
	Bytes field;

	if (*p == end || **p != '"')
		return PlainField(p, end, delimiter);
	(*p)++;
	field = QuotedField(p, end);
	if (*p < end && **p != delimiter)
		DynamoError(EXCEPTION_SERIALIZATION, "Something follows the quotation mark of a field");
	return field;
}

static int
CountOf(Bytes record, char delimiter)
{
	int count = 1;

	for (int i = 0; i < record.length; i++)
		count += record.data[i] == delimiter;
	return count;
}

void
CsvRead(Bytes record, char delimiter, CsvRecord *fields)
{
	const char *p = record.data;
	const char *end = p + record.length;
	int room = Min(CountOf(record, delimiter), MAX_CSV_FIELDS_OF_RECORD);

	if (pg_encoding_verifymbstr(PG_UTF8, record.data, record.length) < record.length)
		DynamoError(EXCEPTION_SERIALIZATION, "The record is not UTF-8");
	fields->fields = palloc_array(Bytes, room);
	fields->count = 0;
	for (;;)
	{
		if (fields->count == room)
			DynamoError(EXCEPTION_SERIALIZATION, "The record has more than %d fields", room);
		fields->fields[fields->count++] = NextField(&p, end, delimiter);
		if (p == end)
			break;
		p++; /* the delimiter */
	}
}

CsvRecord
CsvCopy(const CsvRecord *record)
{
	CsvRecord copy = { record->count, palloc_array(Bytes, Max(record->count, 1)) };

	for (int i = 0; i < record->count; i++)
	{
		Bytes field = record->fields[i];

		copy.fields[i] = field;
		if (field.data != NULL)
			copy.fields[i].data = memcpy(palloc(field.length + 1), field.data, field.length);
	}
	return copy;
}

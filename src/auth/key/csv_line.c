/*
 * A field in quotes may hold commas, line ends and doubled quotes. What it stands for is no longer
 * than itself, so it is written over it.
 */
#include "auth/key/csv_line.h"

/* Where a text is read, and the end of it. */
typedef struct Reader
{
	char *next;
	char *end;
} Reader;

static bool
IsAt(const Reader *reader, char c)
{
	return reader->next < reader->end && *reader->next == c;
}

/* Behind the opening quote; false where there is no closing one. */
static bool
TakeQuoted(Reader *reader, Bytes *field)
{
	char *out = reader->next;

	*field = (Bytes){ out, 0 };
	while (reader->next < reader->end)
	{
		char c = *reader->next++;

		if (c == '"' && !IsAt(reader, '"'))
		{
			field->length = out - field->data;
			return true;
		}
		if (c == '"')
			reader->next++;
		*out++ = c;
	}
	return false;
}

static void
TakePlain(Reader *reader, Bytes *field)
{
	char *start = reader->next;

	while (reader->next < reader->end && strchr(",\r\n", *reader->next) == NULL)
		reader->next++;
	*field = (Bytes){ start, reader->next - start };
}

static const char *
TakeField(Reader *reader, CsvLine *line)
{
	if (line->count == MAX_CSV_FIELDS)
		return "has too many fields";
	if (!IsAt(reader, '"'))
		TakePlain(reader, &line->fields[line->count++]);
	else
	{
		reader->next++;
		if (!TakeQuoted(reader, &line->fields[line->count++]))
			return "has an opening quote without a closing one";
	}
	return NULL;
}

bool
CsvLineTake(Bytes *rest, CsvLine *line, const char **complaint)
{
	Reader reader = { unconstify(char *, rest->data),
		              unconstify(char *, rest->data) + rest->length };

	*complaint = NULL;
	if (rest->length == 0)
		return false;
	line->number++;
	line->count = 0;
	do
		*complaint = TakeField(&reader, line);
	while (*complaint == NULL && IsAt(&reader, ',') && reader.next++ != NULL);
	if (IsAt(&reader, '\r'))
		reader.next++;
	if (*complaint == NULL && reader.next < reader.end && !IsAt(&reader, '\n'))
		*complaint = "has text behind a closing quote";
	if (IsAt(&reader, '\n'))
		reader.next++;
	*rest = (Bytes){ reader.next, reader.end - reader.next };
	return true;
}

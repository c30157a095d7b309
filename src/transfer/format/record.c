/*
 * See record.h.
 */
#include "transfer/format/record.h"

#include "compat.h"
#include "error/error.h"
#include "transfer/format/record_end.h"
#include "text/text_scan.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define FIRST_SIZE (64 * 1024)
#define BLANKS " \t\r\n"
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define ION_VERSION "$ion_1_0"
#define BINARY_ION "\xE0\x01\x00\xEA"

/*
 * The buffer holds bytes of the object: those up to `start` belong to records that are done, those
 * up to `seen` have been looked at, and there are some up to `end`.
 */
struct RecordReader
{
	InputStream *stream;
	RecordForm form;
	char delimiter;
	char *buffer;
	size_t size;
	size_t start;
	size_t seen;
	size_t end;
	RecordEnd record;
	bool at_end; /* of the object */
	int64 passed;
};

RecordReader *
RecordReaderOpen(InputStream *stream, RecordForm form, char delimiter)
{
	RecordReader *reader = palloc0(sizeof(RecordReader));

	reader->stream = stream;
	reader->form = form;
	reader->delimiter = delimiter;
	reader->size = FIRST_SIZE;
	reader->buffer = palloc(reader->size);
	return reader;
}

/* Makes room for more of the record at hand. */
static void
MakeRoom(RecordReader *reader)
{
	if (reader->start > 0)
	{
		memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
		reader->end -= reader->start;
		reader->seen -= reader->start;
		reader->start = 0;
	}
	if (reader->end < reader->size)
		return;
	if (reader->size >= RECORD_MAX)
		DynamoError(EXCEPTION_SERIALIZATION, "A record of the object is longer than %d bytes",
		            RECORD_MAX);
	reader->size = Min(reader->size * 2, (size_t) RECORD_MAX);
	reader->buffer = repalloc(reader->buffer, reader->size);
}

/* What stands at the beginning of an object. */
static void
PassBeginning(RecordReader *reader)
{
	Bytes begin = { reader->buffer, Min(reader->end, sizeof(BINARY_ION) - 1) };

	if (reader->form == RECORD_ION && BytesBeginWith(begin, BYTES_LITERAL(BINARY_ION)))
		DynamoError(EXCEPTION_SERIALIZATION, "The object is binary Ion; text is wanted");
	if (BytesBeginWith(begin, BYTES_LITERAL(BYTE_ORDER_MARK)))
		reader->start = reader->seen = reader->passed = sizeof(BYTE_ORDER_MARK) - 1;
}

static void
Fill(RecordReader *reader)
{
	bool first = reader->passed == 0 && reader->end == 0;

	do
	{
		size_t length;

		MakeRoom(reader);
		length = InputStreamRead(reader->stream, reader->buffer + reader->end,
		                         reader->size - reader->end);
		reader->end += length;
		reader->at_end = length == 0;
	} while (!reader->at_end && reader->end < sizeof(BINARY_ION) - 1);
	if (first)
		PassBeginning(reader);
}

static const char *
FindEnd(RecordReader *reader)
{
	const char *p = reader->buffer + reader->seen;
	const char *end = reader->buffer + reader->end;

	switch (reader->form)
	{
		case RECORD_LINE:
			return LineEnd(p, end);
		case RECORD_CSV:
			return CsvRecordEnd(&reader->record, reader->delimiter, p, end);
		case RECORD_ION:
			return IonRecordEnd(&reader->record, p, end);
	}
	pg_unreachable();
}

/* The next piece, which may be blank; false at the end. */
static bool
NextPiece(RecordReader *reader, Bytes *piece)
{
	const char *found;

	reader->record = (RecordEnd){ 0 };
	while ((found = FindEnd(reader)) == NULL)
	{
		reader->seen = reader->end;
		if (reader->at_end)
		{
			if (reader->start == reader->end)
				return false;
			found = reader->buffer + reader->end; /* the last line may lack its end */
			break;
		}
		Fill(reader);
	}
	*piece = (Bytes){ reader->buffer + reader->start, found - reader->buffer - reader->start };
	reader->start = reader->seen = found - reader->buffer;
	reader->passed += piece->length;
	return true;
}

static Bytes
WithoutLineEnd(Bytes line)
{
	if (line.length > 0 && line.data[line.length - 1] == '\n')
		line.length--;
	if (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	return line;
}

/* The version marker may have a line of its own. */
static bool
IsBlank(const RecordReader *reader, Bytes piece)
{
	Bytes text = TextTrim(piece, BLANKS);

	return text.length == 0 ||
	       (reader->form == RECORD_ION &&
	        (BytesEqual(text, BYTES_LITERAL(ION_VERSION)) ||
	         (BytesBeginWith(text, BYTES_LITERAL("//")) && BytesFind(text, '\n') == NULL)));
}

bool
RecordNext(RecordReader *reader, Bytes *record)
{
	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!NextPiece(reader, record))
			return false;
	} while (IsBlank(reader, *record));
	*record = WithoutLineEnd(*record);
	return true;
}

int64
RecordReaderPassed(const RecordReader *reader)
{
	return reader->passed;
}

void
RecordReaderClose(RecordReader *reader)
{
	pfree(reader->buffer);
	pfree(reader);
}

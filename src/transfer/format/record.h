/*
 * Cutting an input object into records, of which each is one item.
 *
 * DynamoDB JSON has one in a line; a record of CSV ends with a line, but not within quotation
 * marks; one of Ion text is a struct, with what stands before it. A record is at most RECORD_MAX
 * bytes long, which is all that is kept in memory.
 */
#ifndef DYNAMO_RECORD_H
#define DYNAMO_RECORD_H

#include "transfer/format/input_stream.h"
#include "item/value.h"

/* Far more than an item of 400 KB takes in any of the formats. */
#define RECORD_MAX (16 * 1024 * 1024)

typedef enum RecordForm
{
	RECORD_LINE,
	RECORD_CSV,
	RECORD_ION
} RecordForm;

typedef struct RecordReader RecordReader;

/* `delimiter` is that of CSV. */
extern RecordReader *RecordReaderOpen(InputStream *stream, RecordForm form, char delimiter);

/*
 * The next record that is not blank, without the end of its line; it is good until the next call.
 * False at the end. Raises SerializationException for one that is too long, and what
 * InputStreamRead raises: there is no reading on then.
 */
extern bool RecordNext(RecordReader *reader, Bytes *record);

/* The bytes of the object, decompressed, that the records so far have taken. */
extern int64 RecordReaderPassed(const RecordReader *reader);

extern void RecordReaderClose(RecordReader *reader);

#endif

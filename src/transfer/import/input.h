/*
 * What imports and bulk puts read: the objects of a bucket whose keys begin with a prefix, in the
 * order of their keys, record by record.
 */
#ifndef DYNAMO_IMPORT_INPUT_H
#define DYNAMO_IMPORT_INPUT_H

#include "transfer/format/csv.h"
#include "transfer/format/input_stream.h"
#include "json/json.h"
#include "item/value.h"
#include "storage/relation/table.h"

typedef enum InputFormat
{
	INPUT_DYNAMODB_JSON,
	INPUT_ION,
	INPUT_CSV
} InputFormat;

typedef struct InputOptions
{
	Bytes bucket;
	Bytes owner;  /* of the bucket; data NULL: any */
	Bytes prefix; /* data NULL: all objects */
	InputFormat format;
	InputCompression compression;
	/* Of CSV. */
	char delimiter;
	int header_count; /* 0: the first record of each object is its header */
	Bytes *header;
	int attribute_count; /* those that are no strings */
	const KeyAttribute *attributes;
} InputOptions;

/* The API's words; false where it has no such. */
extern bool InputFormatFromName(Bytes name, InputFormat *format);
extern bool InputCompressionFromName(Bytes name, InputCompression *compression);

typedef struct InputSource InputSource;

/* One record, good until the next is read. */
typedef struct InputRecord
{
	const char *object; /* its key */
	int64 number;       /* in the object, from 0 */
	Bytes bytes;
	CsvRecord header;  /* of CSV: the object's */
	const char *fault; /* the object cannot be read on from here, and why; NULL: it can */
} InputRecord;

/*
 * Opens the store. Everything lives in the current context: resetting it ends the reading. Raises
 * what the store raises.
 */
extern InputSource *InputSourceOpen(const InputOptions *options);

/* Goes on behind `number` records of the object, as after a crash. */
extern void InputSourceSkip(InputSource *source, const char *object, int64 number);

/* The next record; false at the end. What the store raises is no fault of a record. */
extern bool InputSourceNext(InputSource *source, InputRecord *record);

/* The sizes of all objects as they are stored, which lists them. */
extern int64 InputSourceTotal(InputSource *source);

/* Bytes of the records so far: decompressed, and as they are stored. */
extern int64 InputSourcePassed(const InputSource *source);
extern int64 InputSourceTaken(const InputSource *source);

extern void InputSourceClose(InputSource *source);

/*
 * The item of a record, palloc'd; it may point into it. Raises SerializationException for what is
 * not of the format, ValidationException for what is no item.
 */
extern void InputItem(InputSource *source, const InputRecord *record, AttributeValue *item);

/* The record as an object: Item, and perhaps ConditionExpression and what it uses. */
extern const JsonNode *InputRequest(InputSource *source, const InputRecord *record);

#endif

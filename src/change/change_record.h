/*
 * Records of changes, as DynamoDB Streams has them (API reference, Streams, Record).
 */
#ifndef DYNAMO_CHANGE_RECORD_H
#define DYNAMO_CHANGE_RECORD_H

#include "change/log/chunk.h"
#include "json/json.h"
#include "storage/relation/table.h"

/* What the records of a stream need of it. */
typedef struct RecordStream
{
	const char *arn;
	StreamView view;
	const KeySchema *key;
} RecordStream;

/* GetRecords' form has none of these. */
typedef struct RecordForm
{
	bool plain;            /* items as plain JSON, else DynamoDB JSON */
	bool with_arn;         /* eventSourceARN, as events of triggers have it */
	const char *partition; /* of a TRUNCATE: the one whose items have gone; NULL: not said */
} RecordForm;

/* Whether the two are one item to DynamoDB, which leaves no record then. */
extern bool ItemsAreEqual(const Jsonb *old_item, const Jsonb *new_item);

/* Whether the two have the same key. */
extern bool KeysAreEqual(const KeySchema *key, const Jsonb *old_item, const Jsonb *new_item);

/* INSERT, MODIFY, REMOVE or TRUNCATE. */
extern const char *ChangeEventName(const LoggedChange *change);

/*
 * Writes the record as one JSON object. That of a change which truncates has the eventName
 * TRUNCATE, and neither Keys, images nor SizeBytes. Returns SizeBytes, or 0.
 */
extern int ChangeRecordWrite(JsonWriter *writer, const RecordStream *stream,
                             const LoggedChange *change, const RecordForm *form);

/* What records for Kinesis need, of which a table has one form. */
typedef struct KinesisForm
{
	Bytes table; /* name */
	const KeySchema *key;
	const char *stream_arn; /* of the Kinesis stream */
	const char *precision;  /* MILLISECOND or MICROSECOND; NULL: the first, and not said */
	bool new_image;
	bool old_image;
} KinesisForm;

/*
 * The same as Kinesis Data Streams for DynamoDB has it (developer guide, "Using Kinesis Data
 * Streams to capture changes to DynamoDB"): with the table's name, and without eventVersion,
 * SequenceNumber and StreamViewType. The eventID is the same however often it is written.
 */
extern void KinesisRecordWrite(JsonWriter *writer, const KinesisForm *form,
                               const LoggedChange *change);

/* The key of a change's item alone, as one JSON object. */
extern void ChangeKeysWrite(JsonWriter *writer, const KeySchema *key, const LoggedChange *change);

#endif

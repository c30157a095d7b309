/*
 * Records of changes, as DynamoDB Streams has them (API reference, Streams, Record).
 */
#ifndef DYNAMO_CHANGE_RECORD_H
#define DYNAMO_CHANGE_RECORD_H

#include "change/log/chunk.h"
#include "item/json.h"
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

#endif

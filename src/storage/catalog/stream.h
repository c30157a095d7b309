/*
 * The stream of a table: whether its changes are wanted, and which images of the items.
 *
 * Kept in a column of its own of the table's row in dynamo.table_catalog, which decoding reads as
 * it was at the time of a change: a short value that is never moved out of line, since PostgreSQL
 * does not keep old versions of what was.
 */
#ifndef DYNAMO_STREAM_H
#define DYNAMO_STREAM_H

#include "storage/relation/table.h"

/* The API's words, "KEYS_ONLY" and so on; the second returns false where there is no such view. */
extern const char *StreamViewName(StreamView view);
extern bool StreamViewFromName(Bytes name, StreamView *view);

/* The label, which is the time of enabling as the service writes it; palloc'd. */
extern char *StreamLabel(const TableStream *stream);

/* Reads a label; false where StreamLabel writes no such one. */
extern bool StreamLabelParse(Bytes text, int64 *label);

/* The label of a stream that is enabled now, after `last` (NULL: the table's first). */
extern int64 StreamNewLabel(const TableStream *last);

/* The stream and the table's key as the catalog keeps them, palloc'd; NULL where there is none. */
extern Jsonb *StreamToJsonb(const TableStream *stream, const KeySchema *key);

/*
 * The stream, palloc'd and pointing into `jsonb`; NULL where `jsonb` is. `key`, where not NULL,
 * becomes the key that is kept with it. Raises data_corrupted for what is no stream.
 */
extern TableStream *StreamFromJsonb(Jsonb *jsonb, KeySchema *key);

/* Warns where the server's settings keep changes from being decoded. */
extern void StreamCheckServer(Bytes table);

#endif

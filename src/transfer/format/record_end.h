/*
 * Where a record ends: machines that are fed the bytes of an object, piece by piece.
 */
#ifndef DYNAMO_RECORD_END_H
#define DYNAMO_RECORD_END_H

#include "postgres.h"

/* What is known of the record whose bytes are being looked at; zero at its beginning. */
typedef struct RecordEnd
{
	int state;
	int depth;
} RecordEnd;

/*
 * Looks at the bytes from `p` to `end`, which follow those of earlier calls. Where the record ends,
 * which is behind its last byte or the end of its line; NULL: not yet.
 */
extern const char *LineEnd(const char *p, const char *end);
extern const char *CsvRecordEnd(RecordEnd *record, char delimiter, const char *p, const char *end);
extern const char *IonRecordEnd(RecordEnd *record, const char *p, const char *end);

#endif

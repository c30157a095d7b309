/*
 * A window of changes of a leaf, as records for Kinesis, that are being sent.
 *
 * Kinesis says nothing of the order of the records of one request, and takes some and others not.
 * So a request has at most one record of an item, and an item's next one goes only when the one
 * before has been taken. A TRUNCATE goes alone, after all before it and before all behind.
 */
#ifndef DYNAMO_RECORD_WINDOW_H
#define DYNAMO_RECORD_WINDOW_H

#include "change/change_record.h"
#include "change/log/log_read.h"
#include "trigger/kinesis/kinesis_call.h"

#define WINDOW_RECORDS KINESIS_MAX_RECORDS
/* Of one window: it ends when it has more, which one record may add. */
#define WINDOW_BYTES (2 * 1024 * 1024)

typedef struct RecordWindow RecordWindow;

/*
 * Reads the next window from the log, at or after `from` and below `before`, in a memory context
 * of its own under `parent`; in a transaction. NULL where there is no change. `end` becomes where
 * the next window begins, and `lost` whether retention has dropped changes meanwhile.
 */
extern RecordWindow *RecordWindowRead(MemoryContext parent, const KinesisForm *form, Oid leaf,
                                      const SequenceNumber *from, const SequenceNumber *before,
                                      SequenceNumber *end, bool *lost);

/* The body of a request of those that may go now, palloc'd; none is in another request. */
extern Bytes RecordWindowRequest(RecordWindow *window, const KinesisStream *stream);

/* Of the records of that request: how many, and which of them have been taken. */
extern int RecordWindowRequested(const RecordWindow *window);
extern void RecordWindowTake(RecordWindow *window, const bool *taken);

/* All records, and whether all have been taken. */
extern int RecordWindowCount(const RecordWindow *window);
/* Whether some have been taken. */
extern bool RecordWindowIsBegun(const RecordWindow *window);

extern bool RecordWindowIsDone(const RecordWindow *window);

extern void RecordWindowFree(RecordWindow *window);

#endif

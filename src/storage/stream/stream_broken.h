/*
 * Rows of streams and of their shards that a superuser or a dump has left broken.
 */
#ifndef DYNAMO_STREAM_BROKEN_H
#define DYNAMO_STREAM_BROKEN_H

#include "postgres.h"

#include "text/bytes.h"

/* Calls `visit` for each row that is broken: of which table of the extension, and which stream. */
typedef void (*StreamBrokenVisitor)(const char *catalog, Bytes table, int64 label,
                                    ErrorData *fault);
extern void StreamsVisitBroken(StreamBrokenVisitor visit);
/* Such a visitor: raises a WARNING. */
extern void StreamWarnOfBroken(const char *catalog, Bytes table, int64 label, ErrorData *fault);

#endif

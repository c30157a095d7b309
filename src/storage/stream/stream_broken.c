/*
 * See stream_broken.h.
 */
#include "storage/stream/stream_broken.h"

#include "storage/stream/shard_catalog.h"
#include "storage/stream/stream_row.h"

typedef struct BrokenVisit
{
	StreamBrokenVisitor visit;
	const char *table; /* of the extension */
} BrokenVisit;

static void
VisitBroken(const RowRead *read, ErrorData *fault, void *state)
{
	const BrokenVisit *visit = state;

	visit->visit(visit->table, read->table, read->label, fault);
}

void
StreamsVisitBroken(StreamBrokenVisitor visit)
{
	const RowSource *const sources[] = { &stream_rows, &shard_rows };
	const RowKey any = { { NULL, 0 }, ANY_LABEL, ANY_NUMBER };

	for (int i = 0; i < lengthof(sources); i++)
	{
		BrokenVisit state = { visit, sources[i]->table };

		list_free_deep(RowsRead(sources[i], &any, VisitBroken, &state));
	}
}

void
StreamWarnOfBroken(const char *catalog, Bytes table, int64 label, ErrorData *fault)
{
	ereport(WARNING, (errcode(fault->sqlerrcode),
	                  errmsg("a row of dynamo.%s is broken: %s", catalog, fault->message),
	                  errdetail("It is of the stream %lld of table \"%.*s\".", (long long) label,
	                            BYTES_ARGS(table))));
}

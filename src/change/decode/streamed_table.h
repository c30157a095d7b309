/*
 * What the decoder knows of the tables whose changes it meets.
 *
 * It is read from the catalogs as they were when a change was made, kept for each leaf, and dropped
 * by the invalidations that decoding replays. One process decodes one slot at a time.
 */
#ifndef DYNAMO_STREAMED_TABLE_H
#define DYNAMO_STREAMED_TABLE_H

#include "change/decode/plugin_option.h"

#include "utils/rel.h"

typedef struct StreamedTable
{
	Oid relation; /* the partitioned table */
	Bytes name;
	StreamView view;
	KeySchema key;
	char *arn; /* of the stream */
	int64 label;
	bool unreadable; /* the catalog says nothing of the stream but `relation` and `name` */
} StreamedTable;

/*
 * Begins with nothing known, in the context, as long as that lives. Raises insufficient_privilege
 * where the current role may not read a table that has a stream and is asked for. `options` must
 * live as long.
 */
extern void StreamedTablesStart(MemoryContext context, const PluginOptions *options);

/*
 * The table of a leaf, or of the partitioned relation itself, in decoding; NULL where it is of no
 * table that has a stream and is asked for. Stays good during the callback. Raises
 * insufficient_privilege where the current role might not read the table when the change was made,
 * and data_corrupted for what a superuser has written into the catalog; while changes are decoded
 * into the log the table is unreadable instead, and its label BROKEN_ANY_LABEL.
 */
extern const StreamedTable *StreamedTableOf(Relation relation);

#endif

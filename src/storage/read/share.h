/*
 * A segment's share of the entries of an index.
 */
#ifndef DYNAMO_SHARE_H
#define DYNAMO_SHARE_H

#include "storage/read/cursor.h"

/*
 * Gives the cursor share `share` of `shares`, before it opens scans, which are with columns, and
 * `scans` of them at most at once.
 */
extern void ShareBegin(ItemCursor *cursor, int share, int shares, int scans);

/* Whether the entry of these columns, null where their pointer is, is in the cursor's share. */
extern bool ShareHas(ItemCursor *cursor, const Datum *columns);

#endif

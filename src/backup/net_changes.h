/*
 * What the changes of a table between two times come to: of each key the item before and after.
 */
#ifndef DYNAMO_NET_CHANGES_H
#define DYNAMO_NET_CHANGES_H

#include "backup/past_table.h"

typedef struct NetChange
{
	TimestampTz time;      /* of the last change */
	const Jsonb *old_item; /* NULL: there was none before */
	const Jsonb *new_item; /* NULL: there is none after; one of both there is */
} NetChange;

/* Takes one change, which is good until it returns; in a context that is reset then. */
typedef void (*NetChangeEmit)(void *argument, int leaf, const NetChange *change);

/*
 * Gives the net change of each key of the partition, in no order, of the transactions that were
 * committed at `from` or later and before `to`.
 */
extern void NetChangesRead(const PastTable *past, TimestampTz from, TimestampTz to, int leaf,
                           NetChangeEmit emit, void *argument);

#endif

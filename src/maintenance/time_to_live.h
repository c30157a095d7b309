/*
 * Time to live: deleting items that have expired.
 */
#ifndef DYNAMO_TIME_TO_LIVE_H
#define DYNAMO_TIME_TO_LIVE_H

#include "storage/relation/table.h"

/* Defines the setting and adds the job that deletes expired items. */
extern void TimeToLiveInit(void);

/*
 * Deletes expired items of the table, at most `limit`, as part of the caller's
 * transaction; those that other transactions hold stay. Returns how many. The
 * current role must own the table.
 */
extern int DeleteExpiredItems(Table *table, int limit);

#endif

/*
 * Writing what another region has written.
 */
#ifndef DYNAMO_ITEM_APPLY_H
#define DYNAMO_ITEM_APPLY_H

#include "region/stamp.h"
#include "storage/index/item_key.h"

/*
 * The item of the key becomes `item` (NULL: it is deleted), unless what is here has a later stamp
 * (DecideApply). False: it has, and nothing is done. Runs as the table's owner; raises what the
 * table's constraints raise, and whatever a wait for another transaction does.
 */
extern bool ItemApply(Table *table, const ItemKey *key, Jsonb *item, Stamp stamp);

#endif

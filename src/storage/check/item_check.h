/*
 * Whether a table's items are what a table may hold, and its indexes hold them.
 */
#ifndef DYNAMO_ITEM_CHECK_H
#define DYNAMO_ITEM_CHECK_H

#include "storage/check/catalog_check.h"

/*
 * Reads every item, in the snapshot of now: a finding for each that is not well-formed or lacks the
 * table's key, of a leaf at most some. Rules of indexes do not count: an item that was there before
 * an index need not keep them. Takes AccessShareLock of one leaf at a time.
 */
extern void ItemsCheck(CheckedTable *checked);

/*
 * Has amcheck's bt_index_check compare each index with its leaf, where that extension is installed
 * and the current role may call it.
 */
extern void IndexContentsCheck(CheckedTable *checked);

#endif

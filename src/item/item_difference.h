/*
 * The attributes in which two stored items differ.
 */
#ifndef DYNAMO_ITEM_DIFFERENCE_H
#define DYNAMO_ITEM_DIFFERENCE_H

#include "json/jsonb_walk.h"

/* An item on one side; `entry` is its next attribute, where it has another one. */
typedef struct ItemSide
{
	JsonbWalk walk;
	JsonbEntry entry;
	bool has_entry;
} ItemSide;

typedef struct ItemDifference
{
	ItemSide left;
	ItemSide right;
} ItemDifference;

/* Both must be objects, and live as long as the names that ItemDifferenceNext gives. */
extern void ItemDifferenceStart(ItemDifference *difference, const Jsonb *left, const Jsonb *right);

/*
 * The stored name of the next attribute that only one of the items has, or that
 * they do not store alike, which does not say that its values differ; false at
 * the end.
 */
extern bool ItemDifferenceNext(ItemDifference *difference, Bytes *stored_name);

#endif

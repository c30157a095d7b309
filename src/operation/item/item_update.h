/*
 * What an update does to an item, whichever operation asks for it.
 */
#ifndef DYNAMO_ITEM_UPDATE_H
#define DYNAMO_ITEM_UPDATE_H

#include "expr/expression.h"
#include "storage/relation/table.h"

typedef struct ItemUpdate
{
	const Table *table;
	AttributeValue key_map;
	BoundExpression *update; /* NULL: the item is only created where it is not */
	bool legacy;             /* of AttributeUpdates */
} ItemUpdate;

/* An item before and after an update. */
typedef struct UpdatedItem
{
	AttributeValue before; /* the key alone where there was no item */
	AttributeValue after;
	Jsonb *stored; /* `after` encoded; NULL where there is still no item */
} UpdatedItem;

/* Rejects an update of the table's own key attributes. */
extern void ItemUpdateCheckKey(const ItemUpdate *update);

/*
 * Applies the update to the stored item (NULL: there is none). Raises
 * ValidationException where it cannot be applied, or what comes of it is no
 * item of the table.
 */
extern void ItemUpdateApply(const ItemUpdate *update, const Jsonb *current, UpdatedItem *updated);

#endif

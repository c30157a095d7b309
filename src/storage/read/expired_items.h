/*
 * Items whose time to live is over.
 *
 * An item is expired where the attribute of time to live is a number, of seconds
 * since 1970, less than the current time and not more than five years less
 * (developer guide, "Using time to live (TTL) in DynamoDB").
 */
#ifndef DYNAMO_EXPIRED_ITEMS_H
#define DYNAMO_EXPIRED_ITEMS_H

#include "storage/read/read.h"

#include "storage/itemptr.h"
#include "utils/numeric.h"

/* What is expired at one moment: from `oldest` on, before `now`. Palloc'd. */
typedef struct ExpiryRange
{
	Numeric oldest;
	Numeric now;
} ExpiryRange;

extern ExpiryRange CurrentExpiryRange(void);

/* Whether the table's time to live is ENABLED and this item's is over. */
extern bool ItemIsExpired(const Table *table, const Jsonb *item, const ExpiryRange *range);

/*
 * How far a search has come: past this entry of the leaf's index. Zeros but for
 * the context before its first step. It visits each item once at most,
 * deleted or not.
 */
typedef struct ExpirySearch
{
	MemoryContext context; /* where `expiry` is */
	int leaf;
	Numeric expiry; /* NULL: at the leaf's first entry */
	ItemPointerData tid;
} ExpirySearch;

/*
 * The keys of the next expired items that the active snapshot sees, the oldest
 * of each leaf first, at most `limit`; 0 only where there are no more. Palloc'd.
 * The table's time to live is ENABLED. Raises
 * object_not_in_prerequisite_state where its index is missing.
 */
extern int ExpiredItemsFind(Table *table, ExpirySearch *search, ItemKey *keys, int limit);

#endif

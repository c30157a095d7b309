/*
 * What a write makes of the item that there is.
 */
#ifndef DYNAMO_WRITE_DECISION_H
#define DYNAMO_WRITE_DECISION_H

#include "storage/index/item_key.h"

typedef enum WriteAction
{
	WRITE_KEEP, /* the item stays as the decision saw it, to the transaction's end */
	WRITE_PUT,
	WRITE_DELETE,
	WRITE_ABANDON /* writes nothing and holds nothing: the request fails, or skips the item */
} WriteAction;

/*
 * Called with the item as it is now (NULL: there is none), possibly more than
 * once. Sets `replacement` for WRITE_PUT: an item that TableCheckItem has
 * accepted, with the same key. May raise errors.
 */
typedef WriteAction (*WriteDecision)(void *state, const Jsonb *current, Jsonb **replacement);

#endif

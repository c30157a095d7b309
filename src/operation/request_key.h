/*
 * The keys of items that a request names, for what is told of requests.
 */
#ifndef DYNAMO_REQUEST_KEY_H
#define DYNAMO_REQUEST_KEY_H

#include "operation/key_hash.h"
#include "operation/operation.h"

/* Of an item, by its key or as a whole. */
typedef struct RequestKey
{
	Bytes table;         /* a name or an ARN */
	const JsonNode *key; /* NULL: `item` holds it */
	const JsonNode *item;
} RequestKey;

/* The key of a request about one item; false where it has none. */
extern bool RequestKeyOf(const Structure *request, RequestKey *key);

/*
 * Writes the first `room` keys of any request that names some, batches and transactions too, and
 * returns how many there are. They point into the request.
 */
extern int RequestKeys(const Operation *operation, const Structure *request, RequestKey *keys,
                       int room);

/*
 * What is told of a key: its hash as of KeyHash, or the key itself, as the JSON that a person would
 * write, palloc'd. False, or NULL, where the request is wrong, or there is no such table. In the
 * operation's transaction; raises what opening the table for the operation would raise.
 */
extern bool RequestKeyHash(const RequestKey *key, char hash[KEY_HASH_LENGTH + 1]);
extern char *RequestKeyText(const RequestKey *key);

#endif

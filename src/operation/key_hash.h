/*
 * A name for an item that tells nothing of its key: what logs say instead of it.
 */
#ifndef DYNAMO_KEY_HASH_H
#define DYNAMO_KEY_HASH_H

#include "item/value.h"

#define KEY_HASH_LENGTH 16 /* hexadecimal digits */

/*
 * Writes the hash, terminated, of a table's key, a map of its attributes. It is keyed by a secret
 * of the server's cluster, so that only who may ask the server can find out by trying which key it
 * is of.
 */
extern void KeyHash(Bytes table, const AttributeValue *key, char hash[KEY_HASH_LENGTH + 1]);

#endif

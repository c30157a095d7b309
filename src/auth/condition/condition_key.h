/*
 * The condition keys that policies may name: condition_keys.def as data.
 */
#ifndef DYNAMO_CONDITION_KEY_H
#define DYNAMO_CONDITION_KEY_H

#include "item/value.h"

typedef enum ConditionKey
{
#define CONDITION_KEY(id, name, source) CONDITION_KEY_##id,
#include "auth/condition/condition_keys.def"
#undef CONDITION_KEY
	CONDITION_KEYS /* how many */
} ConditionKey;

/* The keys that an operation gives are first. */
#define GIVEN_CONDITION_KEYS CONDITION_KEY_REQUEST_TAG

/* A set of keys. */
typedef uint32 ConditionKeySet;
#define CONDITION_KEY_BIT(id) ((ConditionKeySet) 1 << CONDITION_KEY_##id)

/*
 * Finds the key of this name, in any case of letters. Of a key of tags `tag` is set to the part
 * after the slash, pointing into the name; else its data is NULL. False where there is none.
 */
extern bool ConditionKeyFind(Bytes name, ConditionKey *key, Bytes *tag);

/* As condition_keys.def spells it, terminated. */
extern const char *ConditionKeyName(ConditionKey key);

#endif

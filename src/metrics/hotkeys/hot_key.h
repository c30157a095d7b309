/*
 * A key as counts of keys keep it: the values of its attributes, of which long ones are cut, and a
 * hash of the whole.
 */
#ifndef DYNAMO_HOT_KEY_H
#define DYNAMO_HOT_KEY_H

#include "text/bytes.h"

/* Bytes that are kept of a key, with HOT_KEY_PART_HEAD for each of its attributes. */
#define HOT_KEY_KEPT 190
#define HOT_KEY_PART_HEAD 2

typedef struct HotKey
{
	uint64 hash; /* of all values, as a whole */
	uint16 length;
	char bytes[HOT_KEY_KEPT];
} HotKey;

/* One attribute's value. */
typedef struct HotKeyPart
{
	Bytes value;
	bool cut; /* it is longer */
} HotKeyPart;

extern void HotKeyBegin(HotKey *key);

/*
 * Adds a value, of which so many attributes follow. `kept` is what remains of it in at most
 * HotKeyRoom bytes, and begins as `value` does.
 */
extern int HotKeyRoom(const HotKey *key, int following);
extern void HotKeyAdd(HotKey *key, Bytes value, Bytes kept);

/* The next value from `*position` on, which is 0 at first; it points into the key. False: none. */
extern bool HotKeyNext(const HotKey *key, int *position, HotKeyPart *part);

extern bool HotKeysEqual(const HotKey *a, const HotKey *b);

#endif

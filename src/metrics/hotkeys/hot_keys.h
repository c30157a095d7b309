/*
 * The keys that are met most often, of tables and global indexes: sketches in shared memory, where
 * the library is preloaded.
 *
 * Each table or index that counts has a place, of which dynamo.max_contributor_insights are there;
 * where more are counted, that which has not been used for longest, if for a window or more, is
 * given away, and otherwise there is none: its keys are not counted. All are empty when the server
 * starts.
 *
 * Counting never waits for another process that counts the same: a key that cannot be counted at
 * once is counted with the next one of this process. Up to 32 keys of a process may stand over
 * so; with more of them it does wait.
 */
#ifndef DYNAMO_HOT_KEYS_H
#define DYNAMO_HOT_KEYS_H

#include "metrics/hotkeys/key_sketch.h"

#include "datatype/timestamp.h"

typedef enum HotKeyKind
{
	HOT_KEY_PARTITION_ACCESSED,
	HOT_KEY_ITEM_ACCESSED, /* partition key and sort key */
	HOT_KEY_PARTITION_THROTTLED,
	HOT_KEY_ITEM_THROTTLED
} HotKeyKind;

#define HOT_KEY_KINDS 4

#define HOT_KEY_WINDOW_MINUTES 15

/* A table, or one of its global indexes, of the current database. */
typedef struct HotKeySource
{
	Oid relation;
	int index; /* its number; 0: the table itself */
} HotKeySource;

/* Defines the setting and, while the library is being preloaded, reserves the shared memory. */
extern void HotKeysInit(void);

/* Whether keys can be counted on this server. */
extern bool HotKeysCanCount(void);

/* Whether those of the source are, or would be. */
extern bool HotKeysHaveRoom(HotKeySource source);

extern void HotKeyCount(HotKeySource source, HotKeyKind kind, const HotKey *key, int64 times);

/* One source's, as they were at one time. */
typedef struct HotKeySnapshot
{
	HotKeySource source;
	KeySketch sketches[HOT_KEY_KINDS];
} HotKeySnapshot;

/* Those of the current database; palloc'd, of HotKeySource. */
extern HotKeySource *HotKeySources(int *count);

/* Copies what is counted of the source; false where nothing is. */
extern bool HotKeysRead(HotKeySource source, HotKeySnapshot *snapshot);

/* The number of the window that a time is in, and when a window begins. */
extern int64 HotKeyWindow(TimestampTz time);
extern TimestampTz HotKeyWindowStart(int64 window);

#endif

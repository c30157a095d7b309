/*
 * Which keys are met most often, counted in fixed memory: the space-saving algorithm (Metwally,
 * Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams",
 * 2005), in windows of time.
 *
 * A window counts SKETCH_KEYS keys. A key that is not counted takes the place of the one with the
 * lowest count and goes on from there, so a count is never too low, and at most `error` too high; a
 * key that is met more than total / SKETCH_KEYS times is among them. Of windows that have ended the
 * first SKETCH_KEPT keys are kept.
 *
 * Plain memory without pointers, all zeros at first. Its owner sees to locks.
 */
#ifndef DYNAMO_KEY_SKETCH_H
#define DYNAMO_KEY_SKETCH_H

#include "metrics/hotkeys/hot_key.h"

#define SKETCH_KEYS 100
#define SKETCH_KEPT 10
#define SKETCH_WINDOWS 12 /* that are known, with the present one */

typedef struct KeyCount
{
	HotKey key;
	int64 count;
	int64 error;
} KeyCount;

/* One that has ended. */
typedef struct PastWindow
{
	int64 window;
	int64 total; /* of all keys */
	int used;
	KeyCount keys[SKETCH_KEPT]; /* the highest count first */
} PastWindow;

typedef struct KeySketch
{
	int64 window; /* its number; 0: nothing has been counted yet */
	int64 total;
	int used;
	uint64 hashes[SKETCH_KEYS]; /* of the keys, side by side: a search reads these */
	int64 counts[SKETCH_KEYS];
	int64 errors[SKETCH_KEYS];
	HotKey keys[SKETCH_KEYS];
	PastWindow past[SKETCH_WINDOWS - 1]; /* by window, round and round */
} KeySketch;

/* Counts the key so many times in a window, whose numbers only grow, from 1 on. */
extern void KeySketchCount(KeySketch *sketch, int64 window, const HotKey *key, int64 times);

/*
 * What was counted in a window that is not after `now`: false where that is nothing, or too long
 * ago.
 */
extern bool KeySketchRead(const KeySketch *sketch, int64 window, int64 now, PastWindow *result);

#endif

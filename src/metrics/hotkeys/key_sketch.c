/*
 * Searches are linear: the hashes of a hundred keys are 800 bytes, and so are their counts.
 */
#include "metrics/hotkeys/key_sketch.h"

#define PAST_WINDOWS (SKETCH_WINDOWS - 1)

/* --- the end of a window --- */

/* The place of the highest count that is not taken; of equal ones the first. */
static int
HighestLeft(const KeySketch *sketch, const bool *taken)
{
	int highest = -1;

	for (int i = 0; i < sketch->used; i++)
	{
		if (!taken[i] && (highest < 0 || sketch->counts[i] > sketch->counts[highest]))
			highest = i;
	}
	return highest;
}

static void
Summarise(const KeySketch *sketch, PastWindow *result)
{
	bool taken[SKETCH_KEYS] = { false };

	result->window = sketch->window;
	result->total = sketch->total;
	result->used = Min(sketch->used, SKETCH_KEPT);
	for (int i = 0; i < result->used; i++)
	{
		int highest = HighestLeft(sketch, taken);

		taken[highest] = true;
		result->keys[i] =
		    (KeyCount){ sketch->keys[highest], sketch->counts[highest], sketch->errors[highest] };
	}
}

static void
BeginWindow(KeySketch *sketch, int64 window)
{
	if (sketch->used > 0)
		Summarise(sketch, &sketch->past[sketch->window % PAST_WINDOWS]);
	sketch->window = window;
	sketch->total = 0;
	sketch->used = 0;
}

/* --- counting --- */

static int
FindKey(const KeySketch *sketch, const HotKey *key)
{
	for (int i = 0; i < sketch->used; i++)
	{
		if (sketch->hashes[i] == key->hash && HotKeysEqual(&sketch->keys[i], key))
			return i;
	}
	return -1;
}

static int
Lowest(const KeySketch *sketch)
{
	int lowest = 0;

	for (int i = 1; i < sketch->used; i++)
	{
		if (sketch->counts[i] < sketch->counts[lowest])
			lowest = i;
	}
	return lowest;
}

/* A place for a key that is not counted: a free one, or that of the lowest count, which it keeps.
 */
static int
TakePlace(KeySketch *sketch, const HotKey *key)
{
	int place;

	if (sketch->used < SKETCH_KEYS)
	{
		place = sketch->used++;
		sketch->counts[place] = 0;
	}
	else
		place = Lowest(sketch);
	sketch->errors[place] = sketch->counts[place];
	sketch->hashes[place] = key->hash;
	sketch->keys[place].hash = key->hash;
	sketch->keys[place].length = key->length;
	memcpy(sketch->keys[place].bytes, key->bytes, key->length);
	return place;
}

void
KeySketchCount(KeySketch *sketch, int64 window, const HotKey *key, int64 times)
{
	int place;

	if (sketch->window < window)
		BeginWindow(sketch, window);
	place = FindKey(sketch, key);
	if (place < 0)
		place = TakePlace(sketch, key);
	sketch->counts[place] += times;
	sketch->total += times;
}

/* --- reading --- */

bool
KeySketchRead(const KeySketch *sketch, int64 window, int64 now, PastWindow *result)
{
	const PastWindow *past = &sketch->past[window % PAST_WINDOWS];

	if (window <= now - SKETCH_WINDOWS || sketch->used == 0)
		return false;
	if (sketch->window == window)
	{
		Summarise(sketch, result);
		return true;
	}
	if (past->used == 0 || past->window != window)
		return false;
	*result = *past;
	return true;
}

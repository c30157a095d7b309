/*
 * A hash set of strings, as Java has it, orders them by their hash codes, in a table of a power of
 * two places, of which it fills three quarters; those in one place are in the order of insertion.
 */
#include "item/hash_order.h"

#include "compat.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#define LEAST_PLACES 16

typedef struct PlacedName
{
	Bytes name;
	uint32 place;
	int number;
} PlacedName;

/* The hash code of a string's UTF-16 units, spread as a hash set spreads it. */
static uint32
StringHash(Bytes name)
{
	const unsigned char *p = (const unsigned char *) name.data;
	const unsigned char *end = p + name.length;
	uint32 hash = 0;

	for (; p < end; p += pg_utf_mblen(p))
	{
		pg_wchar c = utf8_to_unicode(p);

		if (c > 0xFFFF)
			hash = hash * 31 + 0xD800 + ((c - 0x10000) >> 10);
		hash = hash * 31 + (c > 0xFFFF ? 0xDC00 + ((c - 0x10000) & 0x3FF) : c);
	}
	return hash ^ (hash >> 16);
}

static int
ComparePlaced(const void *left, const void *right)
{
	const PlacedName *a = left;
	const PlacedName *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->number - b->number;
}

char *
NamesInHashOrder(const Bytes *names, int count)
{
	PlacedName *placed = palloc_array(PlacedName, Max(count, 1));
	uint32 places = LEAST_PLACES;
	StringInfoData text;

	while ((int64) count * 4 > (int64) places * 3)
		places *= 2;
	for (int i = 0; i < count; i++)
		placed[i] = (PlacedName){ names[i], StringHash(names[i]) & (places - 1), i };
	qsort(placed, count, sizeof(PlacedName), ComparePlaced);
	initStringInfo(&text);
	for (int i = 0; i < count; i++)
		appendStringInfo(&text, "%s%.*s", i > 0 ? ", " : "", BYTES_ARGS(placed[i].name));
	return text.data;
}

/*
 * The service lists the attributes in the order of a hash set of strings as Java has it: by the
 * strings' hash codes in a table of a power of two places, of which it fills three quarters; those
 * in one place by their order in the filter. All recorded orders fit that.
 */
#include "operation/read/filter_projection.h"

#include "error/error.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#define LEAST_PLACES 16

typedef struct ListedName
{
	Bytes name;
	uint32 hash;
	uint32 place;
	int number; /* in the filter */
} ListedName;

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
CompareListed(const void *left, const void *right)
{
	const ListedName *a = left;
	const ListedName *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->number - b->number;
}

static void
SortAsSet(ListedName *listed, int count)
{
	uint32 places = LEAST_PLACES;

	while ((int64) count * 4 > (int64) places * 3)
		places *= 2;
	for (int i = 0; i < count; i++)
		listed[i].place = listed[i].hash & (places - 1);
	qsort(listed, count, sizeof(ListedName), CompareListed);
}

void
FilterCheckProjected(const Table *table, const TableIndex *index, const BoundExpression *filter)
{
	IndexProjection projection = IndexProjectionOf(table, index);
	int count;
	Bytes *names = ExpressionAttributes(filter, &count);
	ListedName *listed = palloc(sizeof(ListedName) * Max(count, 1));
	StringInfoData text;
	int listed_count = 0;

	for (int i = 0; i < count && !projection.all; i++)
	{
		if (!IndexProjects(&projection, names[i]))
		{
			listed[listed_count] = (ListedName){ names[i], StringHash(names[i]), 0, i };
			listed_count++;
		}
	}
	if (listed_count == 0)
		return;
	SortAsSet(listed, listed_count);
	initStringInfo(&text);
	for (int i = 0; i < listed_count; i++)
		appendStringInfo(&text, "%s%.*s", i > 0 ? ", " : "", BYTES_ARGS(listed[i].name));
	ValidationError(TEXT_FILTER_NOT_PROJECTED, BYTES_ARGS(index->name), text.data);
}

/*
 * Order, equality and hashes of attribute values.
 */
#include "item/compare.h"

#include "item/number/number.h"

#include "common/hashfn.h"
#include "miscadmin.h"

static inline bool
HasCount(const AttributeValue *value)
{
	return value->type != ATTRIBUTE_N && value->type != ATTRIBUTE_BOOL &&
	       value->type != ATTRIBUTE_NULL;
}

static bool ValuesEqual(const AttributeValue *a, const AttributeValue *b, int64 *work);

static bool
ElementsEqual(const AttributeValue *a, const AttributeValue *b, int64 *work)
{
	for (int i = 0; i < a->count; i++)
	{
		if (!ValuesEqual(&a->elements[i], &b->elements[i], work))
			return false;
	}
	return true;
}

static bool
MapsEqual(const AttributeValue *a, const AttributeValue *b, int64 *work)
{
	for (int i = 0; i < a->count; i++)
	{
		if (!BytesEqual(a->attributes[i].name, b->attributes[i].name) ||
		    !ValuesEqual(&a->attributes[i].value, &b->attributes[i].value, work))
			return false;
	}
	return true;
}

/* Types and counts tell most pairs apart before anything is looked through. */
static bool
ValuesEqual(const AttributeValue *a, const AttributeValue *b, int64 *work)
{
	if (a->type != b->type || (HasCount(a) && a->count != b->count))
		return false;

	(*work)++;
	switch (a->type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_B:
			return a->count == 0 || memcmp(a->bytes, b->bytes, a->count) == 0;
		case ATTRIBUTE_N:
			return NumberCompare(a->number, b->number) == 0;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
		case ATTRIBUTE_L:
			check_stack_depth();
			CHECK_FOR_INTERRUPTS();
			return ElementsEqual(a, b, work); /* sets are sorted */
		case ATTRIBUTE_M:
			check_stack_depth();
			CHECK_FOR_INTERRUPTS();
			return MapsEqual(a, b, work);
		case ATTRIBUTE_BOOL:
			return a->boolean == b->boolean;
		case ATTRIBUTE_NULL:
			return true;
	}
	pg_unreachable();
}

bool
AttributeValueEqual(const AttributeValue *a, const AttributeValue *b)
{
	int64 work = 0;

	return ValuesEqual(a, b, &work);
}

bool
AttributeValueEqualCounted(const AttributeValue *a, const AttributeValue *b, int64 *work)
{
	*work = 0;
	return ValuesEqual(a, b, work);
}

/* How much of a value AttributeValueHash looks at. */
#define HASHED_VALUES 8
#define HASHED_BYTES 16

/* The first and the last bytes. */
static uint32
HashBytes(Bytes bytes)
{
	int length = Min(bytes.length, HASHED_BYTES);

	if (length == 0)
		return 0;
	return hash_combine(
	    hash_bytes((const unsigned char *) bytes.data, length),
	    hash_bytes((const unsigned char *) bytes.data + bytes.length - length, length));
}

static uint32
HashNumber(Numeric number)
{
	char bytes[NUMBER_ORDERED_SIZE];
	int length = NumberOrderedBytes(number, bytes);

	return hash_bytes((const unsigned char *) bytes, length);
}

/* `left` is how many more values may be looked at. */
static uint32
HashValue(const AttributeValue *value, int *left)
{
	uint32 hash = hash_combine(value->type, HasCount(value) ? value->count : 0);

	(*left)--;
	switch (value->type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_B:
			return hash_combine(hash, HashBytes((Bytes){ value->bytes, value->count }));
		case ATTRIBUTE_N:
			return hash_combine(hash, HashNumber(value->number));
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
		case ATTRIBUTE_L:
			for (int i = 0; i<value->count && * left> 0; i++)
				hash = hash_combine(hash, HashValue(&value->elements[i], left));
			return hash;
		case ATTRIBUTE_M:
			for (int i = 0; i<value->count && * left> 0; i++)
			{
				hash = hash_combine(hash, HashBytes(value->attributes[i].name));
				hash = hash_combine(hash, HashValue(&value->attributes[i].value, left));
			}
			return hash;
		case ATTRIBUTE_BOOL:
			return hash_combine(hash, value->boolean);
		case ATTRIBUTE_NULL:
			return hash;
	}
	pg_unreachable();
}

uint32
AttributeValueHash(const AttributeValue *value)
{
	int left = HASHED_VALUES;

	return HashValue(value, &left);
}

bool
AttributeValuesOrdered(const AttributeValue *a, const AttributeValue *b)
{
	return a->type == b->type &&
	       (a->type == ATTRIBUTE_S || a->type == ATTRIBUTE_N || a->type == ATTRIBUTE_B);
}

int
AttributeValueCompare(const AttributeValue *a, const AttributeValue *b)
{
	Assert(AttributeValuesOrdered(a, b));

	if (a->type == ATTRIBUTE_N)
		return NumberCompare(a->number, b->number);
	return BytesCompare((Bytes){ a->bytes, a->count }, (Bytes){ b->bytes, b->count });
}

bool
SetHas(const AttributeValue *set, const AttributeValue *member)
{
	int low = 0;
	int high = set->count;

	if (set->count == 0 || !AttributeValuesOrdered(&set->elements[0], member))
		return false;
	while (low < high)
	{
		int middle = low + (high - low) / 2;
		int order = AttributeValueCompare(&set->elements[middle], member);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static int
CompareElements(const void *a, const void *b)
{
	CHECK_FOR_INTERRUPTS();
	return AttributeValueCompare(a, b);
}

static bool
IsStrictlyAscending(const AttributeValue *set)
{
	for (int i = 1; i < set->count; i++)
	{
		if (AttributeValueCompare(&set->elements[i - 1], &set->elements[i]) >= 0)
			return false;
	}
	return true;
}

bool
SetNormalise(AttributeValue *set)
{
	AttributeValue *elements = set->elements;
	int kept = 0;
	bool unique;

	if (IsStrictlyAscending(set))
		return true;

	qsort(elements, set->count, sizeof(AttributeValue), CompareElements);
	for (int i = 0; i < set->count; i++)
	{
		if (kept == 0 || AttributeValueCompare(&elements[kept - 1], &elements[i]) != 0)
			elements[kept++] = elements[i];
	}
	unique = kept == set->count;
	set->count = kept;
	return unique;
}

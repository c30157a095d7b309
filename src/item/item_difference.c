/*
 * Compares two stored items attribute by attribute, as jsonb keeps them in the
 * order of their names.
 */
#include "item/item_difference.h"

static void
Advance(ItemSide *side)
{
	side->has_entry = JsonbWalkNext(&side->walk, &side->entry);
}

void
ItemDifferenceStart(ItemDifference *difference, const Jsonb *left, const Jsonb *right)
{
	difference->left.walk = JsonbWalkStart(&left->root);
	difference->right.walk = JsonbWalkStart(&right->root);
	Advance(&difference->left);
	Advance(&difference->right);
}

/* What is stored of the entry's value, beside its type. */
static Bytes
StoredBytes(const ItemSide *side)
{
	const JsonbEntry *entry = &side->entry;
	const char *end = side->walk.data + side->walk.value_offset;

	switch (entry->type)
	{
		case JENTRY_ISSTRING:
			return entry->text;
		case JENTRY_ISNUMERIC:
			return (Bytes){ (const char *) entry->number, end - (const char *) entry->number };
		case JENTRY_ISCONTAINER:
			return (Bytes){ (const char *) entry->container,
				            end - (const char *) entry->container };
		default:
			return (Bytes){ NULL, 0 };
	}
}

static int
CompareNames(const ItemDifference *difference)
{
	if (!difference->left.has_entry)
		return 1;
	if (!difference->right.has_entry)
		return -1;
	return JsonbKeyCompare(difference->left.entry.name, difference->right.entry.name);
}

static bool
StoredAlike(const ItemDifference *difference)
{
	return difference->left.entry.type == difference->right.entry.type &&
	       BytesEqual(StoredBytes(&difference->left), StoredBytes(&difference->right));
}

bool
ItemDifferenceNext(ItemDifference *difference, Bytes *stored_name)
{
	while (difference->left.has_entry || difference->right.has_entry)
	{
		int order = CompareNames(difference);
		bool alike = order == 0 && StoredAlike(difference);

		*stored_name = order <= 0 ? difference->left.entry.name : difference->right.entry.name;
		if (order <= 0)
			Advance(&difference->left);
		if (order >= 0)
			Advance(&difference->right);
		if (!alike)
			return true;
	}
	return false;
}
